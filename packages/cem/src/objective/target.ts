import type { ForwardProcess } from '@tweedie/core'
import type { Kind } from '@tweedie/score'

/** What a target is made of at a time, and the way back from it to the denoiser: four numbers on the host. */
export interface TargetCoefficients {
  /** The target of a pair is `ofData` X₀ + `ofNoise` ξ, where X_t = α X₀ + σ ξ. */
  readonly ofData: number
  readonly ofNoise: number
  /** The denoiser is `ofX` x + `ofOutput` f(x, t), where f is the conditional expectation of the target. */
  readonly ofX: number
  readonly ofOutput: number
}

/**
 * What a network is asked to predict. Both maps are linear, so the least-squares solution f(x, t) = E[target | X_t = x] gives
 * m(x, t) = E[X₀ | X_t = x] exactly: α ofX + ofOutput ofData = 1 and σ ofX + ofOutput ofNoise = 0.
 */
export interface Target {
  readonly name: string
  /** The kind of field that f is, where it is one. */
  readonly kind?: Kind
  /** The coefficients under a process. The result throws `InvalidArgument` at a time where one of them is not finite. */
  readonly under: (process: ForwardProcess) => (t: number) => TargetCoefficients
}
