import type { Backend, Matrix } from '@tweedie/core'
import type { Term } from '../term/term.js'
import { march } from './march.js'
import type { IntegrateOptions } from './options.js'
import { copy } from './solve.js'
import type { Statistics } from './statistics.js'

/** A point of a trajectory: the state at time number `step` of the grid. */
export interface TrajectoryPoint<N> {
  readonly step: number
  readonly time: number
  /** [M, D]; the consumer's, to be freed by it. */
  readonly x: Matrix<N>
  /** What was spent to get here. */
  readonly statistics: Statistics
}

/**
 * The same as `solve`, one state at a time: yields the initial state as step 0 and the state at every other time of the grid. Leaving the loop
 * early frees what the solver holds. Fails as `solve` does, at the first or a later `next()`.
 */
export async function* trajectory<N>(
  B: Backend<N>,
  term: Term<N>,
  options: IntegrateOptions<N>,
): AsyncGenerator<TrajectoryPoint<N>, void, undefined> {
  for await (const { step, time, x, arrived, statistics } of march(B, term, options, { wanted: () => true }))
    if (arrived) yield { step, time, x: copy(B, x), statistics: statistics() }
}
