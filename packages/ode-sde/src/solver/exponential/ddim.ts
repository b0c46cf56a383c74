import { finiteCoefficient } from '../../term/coefficient.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'

/**
 * Exponential Euler, order 1: x_s = propagator(t, s) x_t + weight(t, s) nonlinear(x_t, t). It is exact when the nonlinear part stays what it
 * is at t. On the probability flow it is DDIM (Song, Meng & Ermon 2021, eq. 12 with η = 0),
 *
 *     x_s = α_s m + (σ_s/σ_t)(x_t − α_t m),
 *
 * exact for a point mass in one step, and regular from α_t = 0 and onto σ_s = 0, where it returns m.
 */
export const ddim: Solver = {
  name: 'ddim',
  order: 1,
  kind: 'ode',
  evaluationsPerStep: 1,
  step: (B, term, { t, s, x }) => {
    const propagator = finiteCoefficient(term, `the propagator to ${s}`, term.propagator(t, s), t)
    const weight = finiteCoefficient(term, `the weight to ${s}`, term.weight(t, s), t)
    return { x: combine(B, propagator, x, weight, term.nonlinear(x, t)), evaluations: 1 }
  },
}
