import type { Backend, Matrix } from '@tweedie/core'
import type { Term } from '../term/term.js'
import { march } from './march.js'
import type { IntegrateOptions } from './options.js'
import { copy } from './solve.js'

/** A point of a trajectory: the state after `step` steps. */
export interface TrajectoryPoint<N> {
  readonly step: number
  readonly time: number
  /** [M, D]; the consumer's, to be freed by it. */
  readonly x: Matrix<N>
}

/**
 * The same as `solve`, one state at a time: yields the initial state as step 0 and the state after every step. Leaving the loop early frees
 * what the solver holds. Fails as `solve` does, at the first or a later `next()`.
 */
export async function* trajectory<N>(
  B: Backend<N>,
  term: Term<N>,
  options: IntegrateOptions<N>,
): AsyncGenerator<TrajectoryPoint<N>, void, undefined> {
  for await (const { step, time, x } of march(B, term, options, () => true)) yield { step, time, x: copy(B, x) }
}
