import type { Solver } from '../solver.js'
import { exponentialStep } from './exponential-step.js'
import { requireNoise } from './require-noise.js'

/**
 * Exponential Euler–Maruyama (Lord & Rougemont 2004; Jentzen & Kloeden 2009): the exact law of the linear part with the nonlinear part frozen,
 *
 *     x_s = propagator(t, s) x_t + weight(t, s) nonlinear(x_t, t) + noise(t, s) ξ,    ξ = (W_s − W_t)/√|s − t|.
 *
 * Exact in law, in one step, for a linear equation (Ornstein–Uhlenbeck, `forwardSde`) and for the reverse equation of a point mass. Weak and
 * strong order 1. On `reverseSde` it is DDPM's ancestral step, and on `churnSde` that of DDIM with noise (Song, Meng & Ermon 2021, eq. 16, to
 * first order in the step for η between 0 and 1); it starts at α = 0 and ends on σ = 0.
 */
export const exponentialEulerMaruyama: Solver = {
  name: 'exponentialEulerMaruyama',
  order: 1,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 1,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('exponentialEulerMaruyama', given, input)
    return { x: exponentialStep(B, term, brownian, input, term.nonlinear(input.x, input.t)), evaluations: 1 }
  },
}
