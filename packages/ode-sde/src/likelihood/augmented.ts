import type { Backend, Matrix } from '@tweedie/core'
import type { Term } from '../term/term.js'
import type { OpenDivergence } from './divergence.js'

/** A term whose state carries the integral of its divergence. */
export interface Augmented<N> {
  /** On [M, D + estimates]. */
  readonly term: Term<N>
  /** P(t): the last columns are P(t) ∫ gain div du. */
  readonly scale: (t: number) => number
}

/**
 * A term together with ℓ(t) = ∫ gain(u) div(u) du, as one term on [x, P ℓ] with P(t) = propagator(reference, t):
 *
 *     d(P ℓ)/dt = linear(t)·(P ℓ) + gain(t)·(P(t) div(x, t)),
 *
 * since P′ = linear·P. So the last columns obey the linear part of x, and any solver takes both in one step: Runge–Kutta methods at their order,
 * exponential ones with the split that they need. What the linear part adds to the log-density, D·ln propagator, is not here: it is exact.
 *
 * The columns of x take the very steps that they take alone under a solver with a fixed grid. With the reference at the data end P grows as σ does,
 * so an absolute tolerance on the state is at least as strict on ℓ.
 */
export const augmented = <N>(
  B: Backend<N>,
  term: Term<N>,
  divergence: OpenDivergence<N>,
  dimension: number,
  reference: number,
): Augmented<N> => {
  const scale = (t: number): number => (t === reference ? 1 : term.propagator(reference, t))
  return {
    scale,
    term: {
      ...term,
      name: `${term.name} with its log-density`,
      nonlinear: (state, t) =>
        B.scope(() => {
          const x: Matrix<N> = B.slice(state, 1, 0, dimension)
          const found = divergence.at(x, t)
          return B.concat([found.nonlinear ?? term.nonlinear(x, t), B.mul(found.divergence, scale(t))], 1)
        }),
    },
  }
}
