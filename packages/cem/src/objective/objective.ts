import type { Target } from './target.js'
import type { Weight } from './weight.js'

/**
 * A training objective as data: the loss is ∫ λ(t) E|target − f(X_t, t)|² dt over the training times (paper B, eq. (22), (24), (33)–(34)),
 * for any forward process (Remark 3.10).
 */
export interface Objective {
  readonly name: string
  readonly target: Target
  readonly weight: Weight
}
