import { checkSetup, limits, type Setup } from '../setup.js'
import type { Points } from './points.js'
import { nothingComputed, type Page } from './state.js'
import { viewAt } from './view-at.js'

/** What changes the setup. Whatever was computed for another one is let go. */
export interface Editing {
  /** A part of the settings; false, with the refusal on the page, where it is out of its limits. */
  readonly change: (part: Partial<Setup>) => boolean
  /** Another setup altogether. */
  readonly replace: (setup: Setup) => void
  /** Other points; `undo` takes them back, but for those of one stroke, which go together. */
  readonly points: (points: Points, how?: { readonly sameStroke?: boolean; readonly said?: string }) => void
  readonly undo: () => void
  readonly clear: () => void
}

export const editing = (page: Page): Editing => {
  let history: readonly Points[] = []

  const take = (setup: Setup, said: string): void => {
    // Where noise makes the view wide, points would be drawn on a stamp: one draws at the data's end.
    const wide = viewAt(page.get(), 1).half > viewAt({ ...page.get(), playhead: setup.steps }, 1).half * 1.2
    const playhead = wide ? setup.steps : Math.min(page.get().playhead, setup.steps)
    page.set({ ...nothingComputed, setup, playhead, refusal: undefined, said })
  }

  const points: Editing['points'] = (next, { sameStroke = false, said = '' } = {}) => {
    const { setup } = page.get()
    if (next === setup.points) return
    if (!sameStroke) history = [...history.slice(-99), setup.points]
    take({ ...setup, points: next.slice(0, limits.points) }, said)
  }

  return {
    change: (part) => {
      const checked = checkSetup({ ...page.get().setup, ...part })
      if (checked._tag === 'Right') take(checked.right, '')
      else page.set({ refusal: checked.left })
      return checked._tag === 'Right'
    },
    replace: (setup) => {
      history = []
      take(setup, `${setup.points.length} points`)
    },
    points,
    undo: () => {
      const before = history.at(-1)
      if (before === undefined) return page.set({ said: 'There is nothing to take back' })
      history = history.slice(0, -1)
      take({ ...page.get().setup, points: before }, `Taken back: ${before.length} points`)
    },
    clear: () => points([], { said: 'No points' }),
  }
}
