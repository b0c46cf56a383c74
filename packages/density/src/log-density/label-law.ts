import { type ForwardProcess, tweedieError } from '@tweedie/core'

/** Which law the labels of a model follow: where their flow stopped, and whether `withUnitVariance` was applied to them. */
export interface LabelLaw {
  readonly process: ForwardProcess
  /** The last time of the grid; by default the low end of the process's range. */
  readonly stop?: number
  /** Whether labels were divided by r = √(α² + σ²) (`withUnitVariance`, as the command line does); default true. */
  readonly unitVariance?: boolean
}

/**
 * The noise that stays in the labels: X = (α Y + σ Z)/r of a row Y, with r = √(α² + σ²) or 1. So ln p_X(x) = ln p_t(r x) + d ln r.
 * Throws `InvalidArgument` where σ is not positive and finite: there a cloud has no density.
 */
export const labelNoise = (
  where: string,
  { process, stop = process.timeRange[0], unitVariance = true }: LabelLaw,
): { readonly stop: number; readonly scale: number; readonly bandwidth: number } => {
  const [alpha, sigma] = [process.alpha(stop), process.sigma(stop)]
  if (!(alpha > 0 && sigma > 0 && Number.isFinite(alpha + sigma)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `α = ${alpha} and σ = ${sigma} of ${process.name} at t = ${stop}`,
      'Stop where both are positive, or give the process a floor',
    )
  const scale = unitVariance ? Math.hypot(alpha, sigma) : 1
  return { stop, scale, bandwidth: sigma / scale }
}
