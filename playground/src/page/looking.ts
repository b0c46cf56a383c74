import type { Jobs } from './jobs.js'
import type { Page, State } from './state.js'
import { momentAt } from './times.js'
import { fieldTooSmall, viewHalf } from './view.js'

/** Points of a side of the grid: at rest, and while time passes. The plain backend gets fewer. */
const sizeFor = ({ setup, playing }: State): number => (setup.backend === 'cpu' ? 40 : 96) / (playing ? 2 : 1)

/** Milliseconds between two questions while time passes: the picture should move, and the processor is wanted for that. */
const BETWEEN = 120

/** Keeps the score and the density of the playhead's time at hand while they are shown: one question at a time, the last one wins. */
export const looking = (page: Page, { start }: Jobs): void => {
  let asking = false
  let asked: readonly unknown[] = []

  const wish = (state: State): readonly unknown[] | undefined => {
    const { setup, layers, work, playhead } = state
    if (!(layers.density || layers.field) || work || setup.points.length === 0) return undefined
    const moment = momentAt(setup, playhead)
    return moment && !fieldTooSmall(viewHalf(moment.alpha, moment.sigma)) ? [setup, moment.time, sizeFor(state)] : undefined
  }

  const look = (state: State): void => {
    const wished = wish(state)
    if (asking || wished === undefined || wished.every((part, k) => part === asked[k])) return
    asking = true
    asked = wished
    const { setup } = state
    start({ kind: 'field', setup, time: asked[1] as number, size: asked[2] as number }, (answer) => {
      const current = page.get().setup === setup
      if (answer.kind === 'field') {
        if (current) page.set({ field: answer })
        return
      }
      if (answer.kind === 'failed' && current) page.set({ refusal: answer })
      setTimeout(
        () => {
          asking = false
          look(page.get())
        },
        page.get().playing ? BETWEEN : 0,
      )
    })
  }
  page.watch(({ setup, layers, work, playhead, playing }) => [setup, layers, work, playhead, playing], look)
}
