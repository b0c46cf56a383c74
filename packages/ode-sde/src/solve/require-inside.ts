import { tweedieError } from '@tweedie/core'
import type { Term } from '../term/term.js'
import { directionOf } from './grid.js'
import { nameOf } from './options.js'
import type { SolveOptions } from './solve-options.js'

/** Checks what is asked of the inside of the steps. Throws `InvalidArgument`. The grid has been checked before. */
export const requireInside = <N>(term: Term<N>, options: SolveOptions<N>): void => {
  const { grid, solver, save, saveAt, dense, event = [] } = options
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', nameOf(term, options), what, mend)
  const noisy = solver.kind === 'sde'
  if (saveAt !== undefined) {
    if (save !== undefined) throw refuse('save together with saveAt', 'Give one or the other: saveAt may name times of the grid too')
    const direction = directionOf(grid)
    const [start, stop] = [grid[0] as number, grid[grid.length - 1] as number]
    saveAt.forEach((time, k) => {
      const before = saveAt[k - 1]
      if (!((time - start) * direction >= 0 && (stop - time) * direction >= 0))
        throw refuse(`saveAt ${time} is outside of the grid, from ${start} to ${stop}`, 'Save at times in between')
      if (before !== undefined && !((time - before) * direction > 0))
        throw refuse(`saveAt ${time} at position ${k} after ${before}`, 'Name the times once each, in the order of the grid')
      if (noisy && !grid.includes(time))
        throw refuse(`saveAt ${time}, which is no time of the grid, for an equation with noise`, 'Put the time into the grid')
    })
  }
  if (noisy && dense === true)
    throw refuse('dense output of an equation with noise', 'Its paths have none: put the times that you want into the grid, and save them')
  if (noisy && (!Array.isArray(event) || event.length > 0))
    throw refuse('an event for an equation with noise', 'Look at the states of trajectory, whose loop may be left')
}
