import type { Backend, Matrix } from '@tweedie/core'
import type { Term } from '../term/term.js'
import { march } from './march.js'
import type { IntegrateOptions, Progress } from './options.js'

/** Options of `solve`. */
export interface SolveOptions<N> extends IntegrateOptions<N> {
  /** The states to keep: none (the last is always returned), all with the initial one, or those that a predicate names. */
  readonly save?: 'none' | 'all' | ((progress: Progress) => boolean) | undefined
}

/** What a solve cost. */
export interface Statistics {
  /** Steps tried: accepted and rejected. */
  readonly steps: number
  readonly accepted: number
  readonly rejected: number
  /** Evaluations of the nonlinear part, each for the whole batch. */
  readonly evaluations: number
  readonly seconds: number
  /** Where it ended, the last time of the grid. */
  readonly finalTime: number
}

/** A state at a time. */
export interface Saved<N> {
  readonly time: number
  readonly x: Matrix<N>
}

/** The outcome of a solve. Every tensor in it is the caller's, to be freed one by one. */
export interface Solution<N> {
  /** The state at the last time, [M, D]. */
  readonly x: Matrix<N>
  readonly time: number
  /** The states asked for, in the order of the grid. */
  readonly saved: readonly Saved<N>[]
  readonly statistics: Statistics
}

/**
 * Solves a term along a grid. Row i of the result depends on row i of `initial` (and on sample number `firstSample + i` of the noise) alone,
 * so a batch may be cut into chunks freely. The event loop has a turn every 30 ms or so.
 *
 * Rejects with `InvalidArgument` or `ShapeMismatch` when the arguments do not go together, `NotFinite` when the state is not finite any more,
 * `SolverFailure` at a time where the equation is singular, and `Aborted` when the signal fires. A solve that rejects leaves no tensor.
 */
export const solve = async <N>(B: Backend<N>, term: Term<N>, options: SolveOptions<N>): Promise<Solution<N>> => {
  const { save = 'none' } = options
  const wanted = typeof save === 'function' ? save : () => save === 'all'
  const started = performance.now()
  const saved: Saved<N>[] = []
  try {
    for await (const { step, steps, time, x, wanted: keep, evaluations } of march(B, term, options, wanted)) {
      if (keep) saved.push({ time, x: copy(B, x) })
      if (step < steps) continue
      const seconds = (performance.now() - started) / 1000
      return { x: copy(B, x), time, saved, statistics: { steps, accepted: steps, rejected: 0, evaluations, seconds, finalTime: time } }
    }
  } catch (error) {
    for (const { x } of saved) B.free(x)
    throw error
  }
  throw new Error('unreachable: a grid has a last time')
}

/** A copy that has a life of its own. */
export const copy = <N>(B: Backend<N>, x: Matrix<N>): Matrix<N> => B.mul(x, 1)
