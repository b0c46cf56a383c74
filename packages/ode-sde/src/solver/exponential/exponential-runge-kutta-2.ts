import type { Solver } from '../solver.js'
import { firstOrder, secondOrder } from './single-step.js'
import { spanOf } from './span.js'

/**
 * The exponential Runge–Kutta method of order 2 with both stiff order conditions (Hochbruck & Ostermann 2010, "Exponential integrators",
 * §2, with c₂ = ½), two evaluations a step:
 *
 *     u = propagator x + W_0 m(x, t) at the middle,    x_s = propagator x + W_0 m(x, t) + 2 W_1 (m(u, middle) − m(x, t)),
 *
 * W_0 = h φ_1, W_1 = h φ_2. Unlike `dpmSolver2`, which has W_0/2 in place of W_1 (their weakened form), it is exact for a nonlinear part
 * that is linear in the clock, however long the step. The error is minus `ddim`'s step. Steps onto σ = 0 are `ddim`'s.
 */
export const exponentialRungeKutta2: Solver = {
  name: 'exponentialRungeKutta2',
  order: 2,
  errorOrder: 1,
  kind: 'ode',
  evaluationsPerStep: 2,
  step: (B, term, { t, s, x }) => {
    const opening = { t, s, x, value: term.nonlinear(x, t) }
    const span = spanOf(term, t, s)
    const landing = span === undefined ? firstOrder(B, term, opening) : secondOrder(B, term, opening, span)
    return { ...landing, evaluations: 1 + landing.evaluations }
  },
}
