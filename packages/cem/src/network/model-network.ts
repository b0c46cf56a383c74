import type { Backend, Key, Matrix } from '@tweedie/core'
import type { Network, Parameters } from '@tweedie/nn'

/** Times of the rows of a batch, [M], or one time that all rows share. */
export type Times = number | Float64Array

/** A network f(x, t) as a value: it holds no numbers of its own. */
export interface ModelNetwork {
  readonly name: string
  /** Columns of x and of f(x, t). */
  readonly dimension: number
  /** What the parameters are of: `saveParameters(B, parameters)` writes them, `loadParameters(B, mlp, bytes)` reads them. */
  readonly mlp: Network
  readonly initialise: <N>(B: Backend<N>, key: Key) => Parameters<N>
  /** x [M, D] and times → [M, D]. Throws `ShapeMismatch` where the parameters, x or the times do not fit. */
  readonly apply: <N>(B: Backend<N>) => (parameters: Parameters<N>, x: Matrix<N>, times: Times) => Matrix<N>
}
