import type { ForwardProcess } from '@tweedie/core'
import type { Objective } from './objective.js'
import { denoiserTarget } from './targets.js'
import type { Weight } from './weight.js'
import { requireWeight, weightFrom } from './weights.js'

/**
 * A weight that is meant for |X₀ − m|² as a weight of the target's own error. Since X₀ − m = ofOutput · (target − f) on every pair, λ becomes
 * λ ofOutput² (paper B, eq. (35)–(38), for any target and process).
 */
export const ofDenoiser = (weight: Weight): Weight =>
  weightFrom(`${weight.name} of the denoiser`, (process, target) => {
    const [ofDenoiserError, coefficients] = [weight.under(process, denoiserTarget), target.under(process)]
    return (t) => ofDenoiserError(t) * coefficients(t).ofOutput ** 2
  })

/**
 * The weight that an objective puts on |X₀ − m|², λ/ofOutput²: objectives with the same one are the same loss, whatever their target
 * (paper B, eq. (35)–(38)). The result throws `InvalidArgument` where it is not finite, as at σ = 0 for a target of noise.
 */
export const denoiserWeight = ({ name, target, weight }: Objective, process: ForwardProcess): ((t: number) => number) => {
  const [lambda, coefficients] = [weight.under(process, target), target.under(process)]
  return (t) => requireWeight(`denoiserWeight of '${name}' under ${process.name}`, t, lambda(t) / coefficients(t).ofOutput ** 2)
}
