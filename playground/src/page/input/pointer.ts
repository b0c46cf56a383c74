import type { Page } from '../state.js'
import { toPlane } from '../view.js'
import { viewAt } from '../view-at.js'
import type { Pen } from './pen.js'

/** Mouse, finger and stylus. The right button and a stylus's other end erase. */
export const pointer = (page: Page, board: HTMLElement, { down, move, up }: Pen): void => {
  let held: number | undefined

  const place = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top, width } = board.getBoundingClientRect()
    return toPlane(viewAt(page.get(), width), clientX - left - board.clientLeft, clientY - top - board.clientTop)
  }

  board.addEventListener('pointerdown', (event) => {
    if (held !== undefined || (event.button !== 0 && event.button !== 2 && event.button !== 5)) return
    held = event.pointerId
    board.setPointerCapture(held)
    page.set({ cursor: undefined })
    down(...place(event), { erase: event.button !== 0 })
  })
  board.addEventListener('pointermove', (event) => {
    if (event.pointerId !== held) return
    // A quick hand moves several times between two pictures of the display.
    const moves = event.getCoalescedEvents?.() ?? []
    for (const one of moves.length > 0 ? moves : [event]) move(...place(one))
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    board.addEventListener(end, (event) => {
      if (event.pointerId !== held) return
      held = undefined
      up()
    })
  board.addEventListener('contextmenu', (event) => event.preventDefault())
}
