import { sigmaDerivative, tweedieError } from '@tweedie/core'
import type { Target } from './target.js'
import { targetOf } from './target-of.js'

/** X₀ itself; f is the denoiser m(x, t) = E[X₀ | X_t = x] (paper B, eq. (33)–(34)). Defined at every time. */
export const denoiserTarget: Target = targetOf('denoiser', 'denoiser', () => ({ ofData: 1, ofNoise: 0, ofX: 0, ofOutput: 1 }))

/**
 * −ξ/σ; f is the score ∇log p_t(x), and m = (x + σ² f)/α (docs/formulas.md §1). Paper B's S is the other sign, S = −∇log p_t = E[ξ/σ | X_t = x]
 * (its eq. (19), (22) and Remark 3.1): a network trained here is the negative of its S_θ, with the same loss. Not defined at σ = 0 or α = 0.
 */
export const scoreTarget: Target = targetOf('score', 'score', ({ alpha, sigma }) => ({
  ofData: 0,
  ofNoise: -1 / sigma,
  ofX: 1 / alpha,
  ofOutput: (sigma * sigma) / alpha,
}))

/** ξ; f is the noise ε(x, t) = E[ξ | X_t = x], and m = (x − σ f)/α (paper B, eq. (24)). Not defined at α = 0. */
export const noiseTarget: Target = targetOf('noise', 'noise', ({ alpha, sigma }) => ({
  ofData: 0,
  ofNoise: 1,
  ofX: 1 / alpha,
  ofOutput: -sigma / alpha,
}))

/**
 * v = α ξ − σ X₀, for variance-preserving processes, where m = α x − σ f (Salimans & Ho 2022, "Progressive distillation for fast sampling of
 * diffusion models", appendix D). Defined at every time of such a process; throws `Unsupported` where α² + σ² differs from 1 by more than 1e-9.
 */
export const vTarget: Target = targetOf('v', 'v', ({ process, t, alpha, sigma }) => {
  const total = alpha * alpha + sigma * sigma
  if (!(Math.abs(total - 1) <= 1e-9))
    throw tweedieError(
      'Unsupported',
      `target 'v' under ${process.name}`,
      `α² + σ² = ${total} at t = ${t}`,
      'v is defined for variance-preserving processes (α² + σ² = 1); use the velocity instead',
    )
  return { ofData: -sigma, ofNoise: alpha, ofX: alpha, ofOutput: -sigma }
})

/**
 * α' X₀ + σ' ξ; f is the velocity of the probability flow, E[dX_t/dt | X_t = x] along X_t = α X₀ + σ ξ, and m = (σ f − σ' x)/(σ α' − α σ')
 * (Lipman et al. 2023, "Flow matching for generative modeling", eq. 14–15; Liu, Gong & Liu 2023). σ' = (σ²)'/(2σ), so it is not defined at
 * σ = 0. The divisor is ½ α σ (log-SNR)', which is negative: no cancellation, and α = 0 is allowed.
 */
export const velocityTarget: Target = targetOf('velocity', 'velocity', ({ process, t, alpha, sigma }) => {
  const [alphaSlope, sigmaSlope] = [process.alphaDerivative(t), sigmaDerivative(process, t)]
  const divisor = sigma * alphaSlope - alpha * sigmaSlope
  return { ofData: alphaSlope, ofNoise: sigmaSlope, ofX: -sigmaSlope / divisor, ofOutput: sigma / divisor }
})
