import { tweedieError } from '@tweedie/core'
import { ofDenoiser } from './denoiser-weight.js'
import { type DataDeviation, requireDataDeviation } from './edm-target.js'
import type { Weight } from './weight.js'
import { weightFrom } from './weights.js'

/**
 * EDM's λ on the denoiser, (s² + σ_d²)/(s σ_d)² with s = σ/α and σ_d the data deviation (Karras et al. 2022, table 1), as a weight of the target's
 * own error: 1 for `edmTarget` with the same deviation. Throws `InvalidArgument` unless the deviation is positive and finite; not defined at σ = 0.
 */
export const edmWeight = ({ dataDeviation }: DataDeviation): Weight => {
  requireDataDeviation('edmWeight', dataDeviation)
  const name = `EDM with data deviation ${dataDeviation}`
  // (s² + σ_d²)/(s σ_d)² = 1/σ_d² + α²/σ², without a division by α.
  const ofTheDenoiser = weightFrom(name, (process) => (t) => 1 / dataDeviation ** 2 + (process.alpha(t) / process.sigma(t)) ** 2)
  return { ...ofDenoiser(ofTheDenoiser), name }
}

/**
 * Min-SNR-γ: min(SNR, γ) on the denoiser, SNR = α²/σ² (Hang et al. 2023, "Efficient diffusion training via min-SNR weighting strategy", §3),
 * as a weight of the target's own error: min(SNR, γ)/SNR of noise, min(SNR, γ)/(SNR + 1) of v. Throws `InvalidArgument` unless γ is positive and
 * finite.
 */
export const minSnr = (gamma = 5): Weight => {
  if (!(gamma > 0 && Number.isFinite(gamma)))
    throw tweedieError('InvalidArgument', 'minSnr', `γ = ${gamma}`, 'Use a positive, finite signal-to-noise ratio; 5 is usual')
  const name = `min-SNR ${gamma}`
  const ofTheDenoiser = weightFrom(name, (process) => (t) => Math.min((process.alpha(t) / process.sigma(t)) ** 2, gamma))
  return { ...ofDenoiser(ofTheDenoiser), name }
}
