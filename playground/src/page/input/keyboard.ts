import type { Editing } from '../editing.js'
import type { Page } from '../state.js'
import type { Pen } from './pen.js'

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** A cursor over the square: arrow keys move it, Enter and Space draw or erase where it is, Delete erases. */
export const keyboard = (page: Page, board: HTMLElement, { down, up }: Pen, edit: Editing): void => {
  const at = (): readonly [number, number] => page.get().cursor ?? [0, 0]

  const keep = (value: number): number => Math.round(Math.min(4, Math.max(-4, value)) * 10) / 10 + 0

  board.addEventListener('keydown', (event) => {
    const direction = directions[event.key]
    if (direction) {
      const [x, y] = at()
      const step = event.shiftKey ? 1 : 0.2
      const cursor = [keep(x + direction[0] * step), keep(y + direction[1] * step)] as const
      page.set({ cursor, said: `${cursor[0].toFixed(1)}, ${cursor[1].toFixed(1)}` })
    } else if (event.key === 'Enter' || event.key === ' ' || event.key === 'Delete' || event.key === 'Backspace') {
      page.set({ cursor: at() })
      down(...at(), { erase: event.key === 'Delete' || event.key === 'Backspace' })
      up()
    } else return
    event.preventDefault()
  })
  board.addEventListener('focus', () => {
    if (board.matches(':focus-visible')) page.set({ cursor: at() })
  })
  board.addEventListener('blur', () => page.set({ cursor: undefined }))

  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type === 'number'
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z' && !typing) {
      event.preventDefault()
      edit.undo()
    }
  })
}
