import type { Solver } from '../solver.js'
import { firstOrder, secondOrder } from './single-step.js'
import { spanOf } from './span.js'

/**
 * DPM-Solver-2, single step, order 2, two evaluations a step (Lu et al. 2022a, "DPM-Solver", algorithm 1 with r₁ = ½) in the data prediction of
 * DPM-Solver++ 2S (Lu et al. 2022b, algorithm 1), since the nonlinear part of the flow is the denoiser: the exponential midpoint rule
 *
 *     u = propagator x + weight m(x, t) at the middle of the step by the clock,    x_s = propagator x + weight m(u, middle).
 *
 * The error is minus `ddim`'s step. Steps onto σ = 0 are `ddim`'s. Without a (finite) clock the middle is that of time.
 */
export const dpmSolver2: Solver = {
  name: 'dpmSolver2',
  order: 2,
  errorOrder: 1,
  kind: 'ode',
  evaluationsPerStep: 2,
  step: (B, term, { t, s, x }) => {
    const opening = { t, s, x, value: term.nonlinear(x, t) }
    const span = spanOf(term, t, s)
    const landing = span === undefined ? firstOrder(B, term, opening) : secondOrder(B, term, opening, span, true)
    return { ...landing, evaluations: 1 + landing.evaluations }
  },
}
