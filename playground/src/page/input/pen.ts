import type { Editing } from '../editing.js'
import { alongStroke, erased, type Point, placed } from '../points.js'
import type { Page } from '../state.js'
import { counted } from '../words.js'

/** What a pen does at a place, whether a mouse, a finger or the keyboard holds it. */
export interface Pen {
  /** The first place of a stroke. */
  readonly down: (x: number, y: number, how?: { readonly erase?: boolean }) => void
  /** Further places of it. */
  readonly move: (x: number, y: number) => void
  readonly up: () => void
}

/** Between two points of a stroke, and of the eraser, in the setup's units. */
const [spacing, eraser] = [0.14, 0.28]

export const pen = (page: Page, edit: Editing): Pen => {
  let [last, erasing, touched] = [undefined as Point | undefined, false, false]

  const put = (place: Point): void => {
    const { points } = page.get().setup
    const next = erasing ? erased(points, place, eraser) : [...points, place]
    if (next === points) return
    edit.points(next, { sameStroke: touched })
    touched = true
  }

  return {
    down: (x, y, { erase = false } = {}) => {
      erasing = erase || page.get().tool === 'erase'
      touched = false
      last = placed(x, y)
      put(last)
    },
    move: (x, y) => {
      if (last === undefined) return
      for (const place of alongStroke(last, placed(x, y), spacing)) {
        put(place)
        last = place
      }
    },
    up: () => {
      if (last !== undefined && touched) page.set({ said: counted(page.get().setup.points.length, 'point') })
      last = undefined
    },
  }
}
