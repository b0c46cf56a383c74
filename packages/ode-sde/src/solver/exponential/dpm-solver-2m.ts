import { finiteCoefficient } from '../../term/coefficient.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { middleValue } from './middle-value.js'

/**
 * DPM-Solver++ 2M, order 2, one evaluation a step (Lu et al. 2022b, "DPM-Solver++", algorithm 2): the exponential step with the nonlinear
 * part extrapolated to the middle of the step along the clock τ (half the log-SNR on the probability flow),
 *
 *     x_s = propagator x_t + weight (m_t + (h/2h′)(m_t − m_t′)),    h = τ(s) − τ(t),  h′ = τ(t) − τ(t′),
 *
 * t′ the time before t. The first step, and steps that leave or reach an infinite τ, are `ddim`'s. A term without a clock is stepped in its own time.
 */
export const dpmSolver2M: Solver = {
  name: 'dpmSolver2M',
  order: 2,
  kind: 'ode',
  evaluationsPerStep: 1,
  step: (B, term, input) => {
    const { t, s, x } = input
    const propagator = finiteCoefficient(term, `the propagator to ${s}`, term.propagator(t, s), t)
    const weight = finiteCoefficient(term, `the weight to ${s}`, term.weight(t, s), t)
    const value = term.nonlinear(x, t)
    return { x: combine(B, propagator, x, weight, middleValue(B, term, input, value)), memory: [{ time: t, value }], evaluations: 1 }
  },
}
