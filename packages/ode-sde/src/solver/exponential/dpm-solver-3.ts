import type { Solver } from '../solver.js'
import { firstOrder, thirdOrder } from './single-step.js'
import { spanOf } from './span.js'

/**
 * DPM-Solver-3, single step, order 3, three evaluations a step (Lu et al. 2022a, "DPM-Solver", algorithm 2 with r₁ = 1/3, r₂ = 2/3), in the
 * data prediction of DPM-Solver++ (3S), since the nonlinear part of the flow is the denoiser. The formulas are at `thirdOrder`. The error
 * is minus the method of order 2 with the first stage. Steps onto σ = 0 are `ddim`'s. Without a (finite) clock the stages are placed in
 * time.
 */
export const dpmSolver3: Solver = {
  name: 'dpmSolver3',
  order: 3,
  errorOrder: 2,
  kind: 'ode',
  evaluationsPerStep: 3,
  step: (B, term, { t, s, x }) => {
    const opening = { t, s, x, value: term.nonlinear(x, t) }
    const span = spanOf(term, t, s)
    const landing = span === undefined ? firstOrder(B, term, opening) : thirdOrder(B, term, opening, span)
    return { ...landing, evaluations: 1 + landing.evaluations }
  },
}
