import { type ForwardProcess, tweedieError } from '@tweedie/core'
import type { Kind } from '@tweedie/score'
import type { Target, TargetCoefficients } from './target.js'

/** What a target's formula is written in: α, σ, and the rest of the process where it needs more. */
export interface TargetMoment {
  readonly process: ForwardProcess
  readonly t: number
  readonly alpha: number
  readonly sigma: number
}

/**
 * A target from the formula of its four coefficients. What it throws `InvalidArgument` for: a time at which α or σ is not a finite number of at
 * least 0 (a NaN time stops here), and a coefficient that is not finite.
 */
export const targetOf = (name: string, kind: Kind | undefined, formula: (at: TargetMoment) => TargetCoefficients): Target => ({
  name,
  ...(kind !== undefined && { kind }),
  under: (process) => {
    const where = `target '${name}' under ${process.name}`
    return (t) => {
      const at: TargetMoment = { process, t, alpha: process.alpha(t), sigma: process.sigma(t) }
      requireLevel(where, at)
      return requireFinite(where, at, formula(at))
    }
  },
})

const requireLevel = (where: string, { process, t, alpha, sigma }: TargetMoment): void => {
  if (!(alpha >= 0 && sigma >= 0 && Number.isFinite(alpha + sigma)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `α = ${alpha} and σ = ${sigma} at t = ${t}`,
      `Use a time in the range of the process, ${process.timeRange[0]} to ${process.timeRange[1]}`,
    )
}

const requireFinite = (where: string, { t, alpha, sigma }: TargetMoment, coefficients: TargetCoefficients): TargetCoefficients => {
  const { ofData, ofNoise, ofX, ofOutput } = coefficients
  if (![ofData, ofNoise, ofX, ofOutput].every(Number.isFinite))
    throw tweedieError(
      'InvalidArgument',
      where,
      `the formula divides by zero at t = ${t}, where α = ${alpha} and σ = ${sigma}`,
      'Use times that stay away from that end of the range, or a target that is defined there: the denoiser always is',
    )
  return coefficients
}
