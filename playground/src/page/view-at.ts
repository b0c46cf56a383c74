import { framesAt } from './film.js'
import type { State } from './state.js'
import { momentAt } from './times.js'
import { dataHalf, type View, viewHalf } from './view.js'

/** What is looked at on a square of `pixels`: the plane at the playhead's time where that matters, and else the points' square. */
export const viewAt = ({ film, playhead, shown, layers, setup }: State, pixels: number): View => {
  const ends = framesAt(film, playhead)
  if (shown === 'flow' && ends) {
    const [before, after, share] = ends
    const [a, b] = [viewHalf(before.alpha, before.sigma), viewHalf(after.alpha, after.sigma)]
    return { half: a + (b - a) * share, pixels }
  }
  const moment = layers.density || layers.field ? momentAt(setup, playhead) : undefined
  return { half: moment ? viewHalf(moment.alpha, moment.sigma) : dataHalf, pixels }
}
