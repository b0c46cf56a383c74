import { middleValue } from '../exponential/middle-value.js'
import type { Solver } from '../solver.js'
import { exponentialStep } from './exponential-step.js'
import { requireNoise } from './require-noise.js'

/**
 * SDE-DPM-Solver++ 2M, one evaluation a step (Lu et al. 2022b, "DPM-Solver++", on diffusion SDEs): exponential Euler–Maruyama with the nonlinear part
 * extrapolated to the middle of the step along the clock τ (half the log-SNR on the reverse equation),
 *
 *     x_s = propagator x_t + weight (m_t + (h/2h′)(m_t − m_t′)) + noise ξ,    h = τ(s) − τ(t),  h′ = τ(t) − τ(t′),
 *
 * t′ the time before t. On `reverseSde` propagator, weight and noise are (σ_s/σ_t) e^(−h), α_s (1 − e^(−2h)) and σ_s √(1 − e^(−2h)). Weak order
 * 2, strong order 1. The first step, and steps that leave or reach an infinite τ, are those of `exponentialEulerMaruyama`. A term without a
 * clock is stepped in its own time.
 */
export const dpmSolverSde: Solver = {
  name: 'dpmSolverSde',
  order: 2,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 1,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('dpmSolverSde', given, input)
    const { t, x } = input
    const value = term.nonlinear(x, t)
    return {
      x: exponentialStep(B, term, brownian, input, middleValue(B, term, input, value)),
      memory: [{ time: t, value }],
      evaluations: 1,
    }
  },
}
