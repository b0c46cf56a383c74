import { type ForwardProcess, type NoiseLevel, tweedieError } from '@tweedie/core'

/** α and σ of a process at a time. Throws `InvalidArgument` when one is not a finite number ≥ 0, so a NaN time stops here. */
export const noiseLevel = (where: string, process: ForwardProcess, t: number): NoiseLevel => {
  const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
  if (!(alpha >= 0 && sigma >= 0 && Number.isFinite(alpha + sigma)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `α = ${alpha} and σ = ${sigma} of ${process.name} at t = ${t}`,
      `Use a time in the range of the process, ${process.timeRange[0]} to ${process.timeRange[1]}`,
    )
  return { alpha, sigma }
}

/** Refuses σ = 0 where the law has no density there. */
export const requireDensity = (where: string, variance: number, why: string): void => {
  if (!(variance > 0))
    throw tweedieError(
      'InvalidArgument',
      where,
      `${why} has no density at noise σ = 0`,
      'Ask at a time with σ > 0, or give the process a floor',
    )
}
