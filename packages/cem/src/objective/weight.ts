import type { ForwardProcess } from '@tweedie/core'
import type { Target } from './target.js'

/**
 * A loss weight λ(t) ≥ 0, of the squared error of the target itself. `under` binds it to a process and a target; the result throws
 * `InvalidArgument`, naming weight and time, where the weight is negative or not finite.
 */
export interface Weight {
  readonly name: string
  readonly under: (process: ForwardProcess, target: Target) => (t: number) => number
}
