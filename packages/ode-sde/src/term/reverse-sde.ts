import { type Backend, diffusionSquared, drift, type ForwardProcess } from '@tweedie/core'
import { as, type Field, type Kind } from '@tweedie/score'
import type { SdeTerm } from './term.js'

/**
 * The reverse stochastic differential equation (Anderson 1982; Song et al. 2021, eq. 6), dx = (f x − g² score) dt + g dW̄, in terms of the
 * denoiser m: with g² = (σ²)' − 2 f σ² the drift is
 *
 *     (f + g²/σ²) x − g² (α/σ²) m  =  ((σ²)'/σ² − f) x + (2 α' − α (σ²)'/σ²) m.
 *
 * Since d(α²/σ²) = −(α²/σ⁴) g² dt, the integrals over a step close: with p = propagator,
 *
 *     p = (σ_s²/σ_t²)(α_t/α_s),    weight = α_s − α_t p = α_s (1 − e^(−2h)),    noise² = σ_s² − p² σ_t² = σ_s² (1 − e^(−2h)),
 *
 * h the step in half log-SNR. That is the Gaussian law of X_s given X_t and X_0 = m (Ho et al. 2020, eq. 7). All three are finite from
 * α_t = 0 and onto σ_s = 0. The drift and g are infinite where α = 0: Euler–Maruyama cannot start there. The clock is half the log-SNR,
 * at rate 2.
 *
 * `field` may be of any kind; it is read as a denoiser. The term is on the backend B; the field must be too.
 */
export const reverseSde = <N>(B: Backend<N>, process: ForwardProcess, field: Field<Kind, N>): SdeTerm<N> => {
  const { alpha, sigma, alphaDerivative, varianceDerivative } = process
  const growth = (t: number): number => varianceDerivative(t) / sigma(t) ** 2
  const propagator = (t: number, s: number): number => (sigma(s) / sigma(t)) ** 2 * (alpha(t) / alpha(s))
  return {
    process,
    name: `reverseSde of ${process.name}`,
    backend: B,
    timeRange: process.timeRange,
    direction: 'decreasing',
    linear: (t) => growth(t) - drift(process, t),
    gain: (t) => 2 * alphaDerivative(t) - alpha(t) * growth(t),
    nonlinear: as('denoiser', process)(field),
    propagator,
    weight: (t, s) => alpha(s) - alpha(t) * propagator(t, s),
    clock: { at: (t) => 0.5 * process.logSnr(t), inverse: (half) => process.timeOfLogSnr(2 * half), rate: 2 },
    diffusion: (t) => Math.sqrt(Math.max(0, diffusionSquared(process, t))),
    noise: (t, s) => {
      const kept = propagator(t, s) * sigma(t)
      // As a product, so that no digit is lost before the difference; rounding may leave it just below 0 over a tiny step.
      return Math.sqrt(Math.max(0, (sigma(s) - kept) * (sigma(s) + kept)))
    },
  }
}
