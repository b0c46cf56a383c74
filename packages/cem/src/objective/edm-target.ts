import { tweedieError } from '@tweedie/core'
import type { Target } from './target.js'
import { targetOf } from './target-of.js'

/** The standard deviation that the data are taken to have per column, σ_data of Karras et al. 2022, in the units of the data. */
export interface DataDeviation {
  readonly dataDeviation: number
}

/** Throws `InvalidArgument` unless the deviation is positive and finite. */
export const requireDataDeviation = (where: string, dataDeviation: number): void => {
  if (!(dataDeviation > 0 && Number.isFinite(dataDeviation)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `data deviation ${dataDeviation}`,
      'Use the positive standard deviation of the data; Karras et al. use 0.5 for images in [−1, 1]',
    )
}

/**
 * EDM's preconditioned target (Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", eq. 7–8 and table 1), for
 * any process: in x̂ = x/α = X₀ + s ξ with s = σ/α,
 *
 *     m = c_skip x̂ + c_out f,   c_skip = σ_d²/(s² + σ_d²),   c_out = s σ_d/√(s² + σ_d²),   target = (X₀ − c_skip x̂)/c_out
 *
 * Multiplied out with h = √(σ² + α² σ_d²), the target is (σ/σ_d X₀ − α σ_d ξ)/h and m = (α σ_d²/h²) x + (σ σ_d/h) f: nothing divides by α or σ,
 * so it is defined at every time. For data of variance σ_d² (and mean 0) the target has variance 1 and f is uncorrelated with x.
 *
 * Throws `InvalidArgument` unless `dataDeviation` is positive and finite.
 */
export const edmTarget = ({ dataDeviation }: DataDeviation): Target => {
  requireDataDeviation('edmTarget', dataDeviation)
  return targetOf(`EDM with data deviation ${dataDeviation}`, undefined, ({ alpha, sigma }) => {
    const scaled = alpha * dataDeviation
    const h = Math.hypot(sigma, scaled)
    return {
      ofData: sigma / (dataDeviation * h),
      ofNoise: -scaled / h,
      ofX: (scaled / h) * (dataDeviation / h),
      ofOutput: (sigma * dataDeviation) / h,
    }
  })
}
