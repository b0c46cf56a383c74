import { type Backend, diffusionSquared, type ForwardProcess, tweedieError } from '@tweedie/core'
import { as, type Field, type Kind } from '@tweedie/score'
import { integrate } from './quadrature.js'
import type { SdeTerm } from './term.js'

/** The amount of noise η ≥ 0: one number, or a function of time. */
export type Churn = number | ((t: number) => number)

/**
 * The family between the probability flow and the reverse equation, all of whose members have the marginals p_t (Karras et al. 2022, eq. 6;
 * Huang, Lim & Courville 2021):
 *
 *     dx = (f x − ½ (1 + η²) g² score) dt + η g dW̄,
 *
 * the flow for η = 0, the reverse equation for η = 1. Since λ' = −g²/(2σ²), λ half the log-SNR, in terms of the denoiser m the drift is
 * (f − (1 + η²) λ') x + (1 + η²) λ' α m, and with E = ∫ η² dλ over a step, η² (λ_s − λ_t) for a constant η,
 *
 *     propagator = (σ_s/σ_t) e^(−E),    weight = α_s − α_t propagator,    noise² = σ_s² (1 − e^(−2E)).
 *
 * For η that depends on time E is computed by quadrature; where σ_s = 0 it is not needed, and where α_t = 0 with η_t > 0 it is infinite. The
 * clock is λ at rate 1 + η²; there is none for η that depends on time. The term is for steps from noise to data.
 *
 * `field` may be of any kind; it is read as a denoiser. Throws `InvalidArgument` for η that is negative or not finite.
 *
 * @example
 * // Noise in the middle of the way alone, as in EDM's sampler.
 * churnSde(B, process, denoise, (t) => (t > 0.05 && t < 50 ? 0.5 : 0))
 */
export const churnSde = <N>(B: Backend<N>, process: ForwardProcess, field: Field<Kind, N>, eta: Churn): SdeTerm<N> => {
  const { alpha, sigma, alphaDerivative, varianceDerivative, logSnr } = process
  const name = `churnSde of ${process.name}`
  const checked = (value: number): number => {
    if (value >= 0 && Number.isFinite(value)) return value
    throw tweedieError('InvalidArgument', name, `η = ${value}`, 'Use a finite number, 0 or more')
  }
  const share = typeof eta === 'number' ? () => eta * eta : (t: number) => checked(eta(t)) ** 2
  if (typeof eta === 'number') checked(eta)
  /** λ'(t) = (ln α)' − (ln σ)'. */
  const rate = (t: number): number => -diffusionSquared(process, t) / (2 * sigma(t) ** 2)
  /** ∫ η² dλ from t to s. */
  const spent = (t: number, s: number): number => {
    if (eta === 0 || t === s) return 0
    const half = 0.5 * (logSnr(s) - logSnr(t))
    if (typeof eta === 'number') return eta * eta * half
    if (alpha(t) === 0 && share(t) > 0) return half
    return integrate((u) => share(u) * rate(u), t, s, `${name}, η²`)
  }
  const propagator = (t: number, s: number): number => (sigma(s) === 0 ? 0 : (sigma(s) / sigma(t)) * Math.exp(-spent(t, s)))
  return {
    name,
    process,
    backend: B,
    timeRange: process.timeRange,
    direction: 'decreasing',
    // (ln σ)' and α' − α (ln σ)' are those of the flow, finite where α = 0.
    linear: (t) => varianceDerivative(t) / (2 * sigma(t) ** 2) - (share(t) === 0 ? 0 : share(t) * rate(t)),
    gain: (t) => {
      const flow = alphaDerivative(t) - (alpha(t) * varianceDerivative(t)) / (2 * sigma(t) ** 2)
      return (1 + share(t)) * flow
    },
    nonlinear: as('denoiser', process)(field),
    propagator,
    weight: (t, s) => alpha(s) - alpha(t) * propagator(t, s),
    ...(typeof eta === 'number' && {
      clock: { at: (t: number) => 0.5 * logSnr(t), inverse: (half: number) => process.timeOfLogSnr(2 * half), rate: 1 + eta * eta },
    }),
    diffusion: (t) => (share(t) === 0 ? 0 : Math.sqrt(share(t) * Math.max(0, diffusionSquared(process, t)))),
    noise: (t, s) => (sigma(s) === 0 || t === s ? 0 : sigma(s) * Math.sqrt(Math.abs(Math.expm1(-2 * spent(t, s))))),
  }
}
