import { tweedieError } from '../errors.js'
import type { ForwardProcess } from './forward-process.js'

/** f(t) = (ln α)' of dX = f X dt + g dW. −Infinity where α = 0. */
export const drift = (process: ForwardProcess, t: number): number => process.alphaDerivative(t) / process.alpha(t)

/** g(t)² = (σ²)' − 2 f σ². */
export const diffusionSquared = (process: ForwardProcess, t: number): number =>
  process.varianceDerivative(t) - 2 * drift(process, t) * process.sigma(t) ** 2

/** dσ/dt = (σ²)'/(2σ). Infinite where σ vanishes like a square root. */
export const sigmaDerivative = (process: ForwardProcess, t: number): number => process.varianceDerivative(t) / (2 * process.sigma(t))

/** A Gaussian transition: X_t | X_s ~ N(factor · X_s, variance · I). */
export interface Transition {
  readonly factor: number
  readonly variance: number
}

/**
 * The transition from time s to a later time t: factor α_t/α_s, variance σ_t² − (α_t/α_s)² σ_s² (eq. (20) of paper B conditions on it).
 * Throws `InvalidArgument` unless s ≤ t and α_s > 0.
 */
export const transition = (process: ForwardProcess, s: number, t: number): Transition => {
  if (!(s <= t))
    throw tweedieError('InvalidArgument', 'transition', `from t = ${s} to t = ${t}`, 'The forward process runs towards later times')
  const factor = process.alpha(t) / process.alpha(s)
  if (!Number.isFinite(factor))
    throw tweedieError(
      'InvalidArgument',
      'transition',
      `α = ${process.alpha(s)} at t = ${s}`,
      'Start at a time where the data is still visible, α > 0',
    )
  return { factor, variance: Math.max(0, process.sigma(t) ** 2 - (factor * process.sigma(s)) ** 2) }
}

/** The law that sampling starts from: N(0, sigma² I) at the end of the time range. What is left of the data there has factor α. */
export interface Prior {
  readonly time: number
  readonly sigma: number
  readonly alpha: number
}

/** The prior of a process. Throws `InvalidArgument` when its noise at the end is not positive and finite. */
export const prior = (process: ForwardProcess): Prior => {
  const time = process.timeRange[1]
  const sigma = process.sigma(time)
  if (!(sigma > 0) || !Number.isFinite(sigma))
    throw tweedieError(
      'InvalidArgument',
      `prior of ${process.name}`,
      `σ = ${sigma} at t = ${time}`,
      'A process needs positive, finite noise at the end of its range',
    )
  return { time, sigma, alpha: process.alpha(time) }
}
