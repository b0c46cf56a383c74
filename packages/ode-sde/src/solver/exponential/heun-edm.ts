import { tweedieError } from '@tweedie/core'
import { finiteCoefficient } from '../../term/coefficient.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { firstOrder } from './single-step.js'

/**
 * Heun's method on x/α against σ/α, order 2, two evaluations a step (Karras et al. 2022, algorithm 1), for any process. With y = x/α and ρ
 * = σ/α the flow is dy/dρ = (y − m)/ρ; Euler's step in ρ is `ddim`'s, to x̃, and Heun's is
 *
 *     x_s = x̃ + ½ e^h weight (m(x̃, s) − m(x, t)),    e^h = ρ_t/ρ_s, h the step in half log-SNR.
 *
 * Under `edm` (α = 1) it is `heun`. For a clock of another rate ρ = e^(−rate·τ). Steps onto σ = 0, and from or to α = 0, are Euler's in ρ,
 * as the last of algorithm 1; the error is minus Euler's step. Throws `InvalidArgument` for a term without a clock, which has no ρ.
 */
export const heunEdm: Solver = {
  name: 'heunEdm',
  order: 2,
  errorOrder: 1,
  kind: 'ode',
  evaluationsPerStep: 2,
  step: (B, term, { t, s, x }) => {
    const { clock } = term
    if (clock === undefined)
      throw tweedieError(
        'InvalidArgument',
        `heunEdm of ${term.name}`,
        'a term without a clock, so without σ/α',
        'Use heun or exponentialRungeKutta2, or give the term a clock',
      )
    const value = term.nonlinear(x, t)
    const euler = firstOrder(B, term, { t, s, x, value }).x
    const growth = Math.exp(clock.rate * (clock.at(s) - clock.at(t)))
    if (t === s || !Number.isFinite(growth) || growth === 0) return { x: euler, evaluations: 1 }
    const share = finiteCoefficient(term, `the weight to ${s}`, 0.5 * growth * term.weight(t, s), t)
    const error = combine(B, share, term.nonlinear(euler, s), -share, value)
    return { x: B.add(euler, error), error, evaluations: 2 }
  },
}
