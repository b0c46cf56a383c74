import type { Backend, Matrix } from '@tweedie/core'
import type { Brownian } from '../../noise/brownian.js'
import { finiteCoefficient } from '../../term/coefficient.js'
import type { SdeTerm } from '../../term/term.js'
import { combine } from '../combine.js'
import type { StepInput } from '../solver.js'

/**
 * propagator(t, s) x + weight(t, s) value + noise(t, s) ΔW/√|s − t|: the exponential step with any value for the nonlinear part. Throws
 * `SolverFailure` where one of the three is infinite.
 */
export const exponentialStep = <N>(
  B: Backend<N>,
  term: SdeTerm<N>,
  brownian: Brownian<N>,
  { step, t, s, x }: StepInput<N>,
  value: Matrix<N>,
): Matrix<N> => {
  const propagator = finiteCoefficient(term, `the propagator to ${s}`, term.propagator(t, s), t)
  const weight = finiteCoefficient(term, `the weight to ${s}`, term.weight(t, s), t)
  const noise = finiteCoefficient(term, `the noise to ${s}`, term.noise(t, s), t)
  const frozen = combine(B, propagator, x, weight, value)
  if (noise === 0) return frozen
  return combine(B, 1, frozen, noise / Math.sqrt(Math.abs(s - t)), brownian.increment({ step, t, s }, B.shape(x)))
}
