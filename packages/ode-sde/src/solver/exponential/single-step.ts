import type { Backend, Matrix } from '@tweedie/core'
import { finiteCoefficient } from '../../term/coefficient.js'
import type { Term } from '../../term/term.js'
import { combine } from '../combine.js'
import { interpolatoryWeights } from './interpolate.js'
import { type Span, spanOf } from './span.js'

/** A step from t to s that starts from the state x and the value m of the nonlinear part there. */
export interface Opening<N> {
  readonly t: number
  readonly s: number
  readonly x: Matrix<N>
  readonly value: Matrix<N>
}

/** What the step gives. `evaluations` are those beyond the value it was given. */
export interface Landing<N> {
  readonly x: Matrix<N>
  readonly error?: Matrix<N>
  readonly evaluations: number
}

/** propagator x + Σ weights[i] values[i], from t to s. Throws `SolverFailure` where the equation is singular. */
export const exponentialSum = <N>(
  B: Backend<N>,
  term: Term<N>,
  { t, s, x }: Omit<Opening<N>, 'value'>,
  weights: readonly number[],
  values: readonly Matrix<N>[],
): Matrix<N> =>
  values.reduce(
    (sum, value, i) => combine(B, 1, sum, finiteCoefficient(term, `a weight to ${s}`, weights[i] as number, t), value),
    B.mul(x, finiteCoefficient(term, `the propagator to ${s}`, term.propagator(t, s), t)),
  )

/** Order 1: `ddim`'s step. */
export const firstOrder = <N>(B: Backend<N>, term: Term<N>, opening: Opening<N>): Landing<N> => ({
  x: exponentialSum(B, term, opening, [term.weight(opening.t, opening.s)], [opening.value]),
  evaluations: 0,
})

/** The nonlinear part at a position inside a step, at the state that the weights give there. */
const stage = <N>(
  B: Backend<N>,
  term: Term<N>,
  { t, x }: Opening<N>,
  time: number,
  weights: readonly number[],
  values: readonly Matrix<N>[],
): Matrix<N> => term.nonlinear(exponentialSum(B, term, { t, s: time, x }, weights, values), time)

/**
 * Order 2 with a stage in the middle of the step (Hochbruck & Ostermann 2010, §2, the two-stage methods, c₂ = ½): x_s = propagator x + W_0
 * m + 2 W_1 (m₂ − m); or, where `midpoint`, the weakened form with W_0/2 for W_1, W_0 m₂ alone, which is DPM-Solver++ 2S with r₁ = ½ (Lu et
 * al. 2022b, algorithm 1). Error: minus order 1.
 */
export const secondOrder = <N>(B: Backend<N>, term: Term<N>, opening: Opening<N>, span: Span, midpoint = false): Landing<N> => {
  const { t, value } = opening
  const middle = span.timeAt(0.5)
  const second = stage(B, term, opening, middle, [term.weight(t, middle)], [value])
  const [weight, first] = span.moments(2) as [number, number]
  const share = midpoint ? weight : 2 * first
  return {
    x: exponentialSum(B, term, opening, [weight - share, share], [value, second]),
    error: combine(B, share, second, -share, value),
    evaluations: 1,
  }
}

/**
 * Order 3 with stages at a third and two thirds of the step (DPM-Solver-3, Lu et al. 2022a, algorithm 2, in the data prediction of
 * DPM-Solver++, as its authors' code has it):
 *
 *     m₂ = m(u₂),  u₂ = propagator x + W_0 m                         at θ = 1/3
 *     m₃ = m(u₃),  u₃ = propagator x + W_0 m + 2 W_1 (m₂ − m)        at θ = 2/3, moments to there
 *     x_s = propagator x + W_0 m + (3/2) W_1 (m₃ − m).
 *
 * Error: minus order 2 with the stage at 1/3, x_s = propagator x + W_0 m + 3 W_1 (m₂ − m).
 */
export const thirdOrder = <N>(B: Backend<N>, term: Term<N>, opening: Opening<N>, span: Span): Landing<N> => {
  const { t, value } = opening
  const [third, twoThirds] = [span.timeAt(1 / 3), span.timeAt(2 / 3)]
  const second = stage(B, term, opening, third, [term.weight(t, third)], [value])
  const inner = interpolatoryWeights([0, 0.5], (spanOf(term, t, twoThirds) as Span).moments(2))
  const last = stage(B, term, opening, twoThirds, inner, [value, second])
  const [weight, first] = span.moments(2) as [number, number]
  return {
    x: exponentialSum(B, term, opening, [weight - 1.5 * first, 1.5 * first], [value, last]),
    error: combine(B, 1.5 * first, combine(B, 1, last, -2, second), 1.5 * first, value),
    evaluations: 2,
  }
}

/** The single step of an order, for a multistep method that has nothing to extrapolate from yet. */
export const singleStep = <N>(B: Backend<N>, term: Term<N>, opening: Opening<N>, span: Span, order: number): Landing<N> => {
  if (order <= 1) return firstOrder(B, term, opening)
  return order === 2 ? secondOrder(B, term, opening, span) : thirdOrder(B, term, opening, span)
}
