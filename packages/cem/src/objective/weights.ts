import { type ForwardProcess, tweedieError } from '@tweedie/core'
import type { Target } from './target.js'
import type { Weight } from './weight.js'

/** A weight from its formula, with the check that every weight has: what is negative or not finite throws `InvalidArgument`. */
export const weightFrom = (name: string, under: (process: ForwardProcess, target: Target) => (t: number) => number): Weight => ({
  name,
  under: (process, target) => {
    const at = under(process, target)
    return (t) => requireWeight(`weight '${name}' under ${process.name}`, t, at(t))
  },
})

/** Hands the weight back unless it is negative or not finite, or the time is NaN. */
export const requireWeight = (where: string, t: number, value: number): number => {
  if (!(value >= 0 && Number.isFinite(value)) || Number.isNaN(t))
    throw tweedieError(
      'InvalidArgument',
      where,
      `λ = ${value} at t = ${t}`,
      'A weight is a finite number of at least 0: use times where it is, such as a larger ε, or another weight',
    )
  return value
}

/** Any function of time as a weight λ(t) of the squared error of the target itself. */
export const weightOf = (name: string, at: (t: number) => number): Weight => weightFrom(name, () => at)

/** λ = c at all times. Throws `InvalidArgument` unless c is positive and finite. */
export const constantWeight = (c = 1): Weight => {
  if (!(c > 0 && Number.isFinite(c)))
    throw tweedieError('InvalidArgument', 'constantWeight', `c = ${c}`, 'Use a positive, finite constant; 1 is usual')
  return weightOf(`constant ${c}`, () => c)
}

/**
 * λ = α²/σ², the signal-to-noise ratio: for the Ornstein–Uhlenbeck process 1/(e^t − 1), the weight of CEM (paper B, Remark 3.9 and eq. (38)). Like
 * every weight it is of the target's own error; `ofDenoiser(signalToNoise)` says the same of the denoiser's. Infinite, so refused, at σ = 0.
 */
export const signalToNoise: Weight = weightFrom('signal-to-noise', (process) => (t) => (process.alpha(t) / process.sigma(t)) ** 2)

/** λ = σ², which turns the error of the score into that of the noise: the weight v of paper B's SGM (eq. (22) and (24)). */
export const varianceWeight: Weight = weightFrom('variance', (process) => (t) => process.sigma(t) ** 2)

/** λ², such as 1/(e^t − 1)² of paper B's figure 11. */
export const squared = (weight: Weight): Weight =>
  weightFrom(`${weight.name} squared`, (process, target) => {
    const at = weight.under(process, target)
    return (t) => at(t) ** 2
  })
