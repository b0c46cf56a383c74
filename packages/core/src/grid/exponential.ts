import { tweedieError } from '../errors.js'
import type { ForwardProcess } from '../process/forward-process.js'
import { type GridRange, gridRange, type TimeGrid, timeGrid } from './time-grid.js'

/**
 * Paper B's exponential grid, eq. (41): t_0 = stop and t_k = stop + ε e^(h(k−1)), h = ln((start − stop)/ε)/(steps − 1), k = 1 … steps. The last
 * step goes from ε onto the stop. `epsilon` is in units of time. Throws `InvalidArgument` unless 0 < ε < start − stop and steps ≥ 2.
 */
export const exponential = (
  process: ForwardProcess,
  steps: number,
  { epsilon, ...range }: GridRange & { readonly epsilon?: number } = {},
): TimeGrid => {
  const [start, stop] = gridRange(process, steps, range)
  const span = start - stop
  const first = epsilon ?? 1e-4 * span
  if (!(first > 0 && first < span) || steps < 2)
    throw tweedieError(
      'InvalidArgument',
      'exponential grid',
      `ε = ${first} with ${steps} steps over ${span}`,
      'Use 0 < ε < start − stop and at least 2 steps',
    )
  const h = Math.log(span / first) / (steps - 1)
  const times = Array.from({ length: steps + 1 }, (_, k) => (k === 0 ? stop : k === steps ? start : stop + first * Math.exp(h * (k - 1))))
  return timeGrid(times.reverse())
}
