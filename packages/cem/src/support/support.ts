import type { Backend, HostMatrix, Key } from '@tweedie/core'
import type { Law } from '@tweedie/score'

/** A law of X₀ on a set of lower dimension, with what diagnostics need to know of it. Everything is on the host, in float64. */
export interface Support {
  readonly name: string
  /** Columns D of the space around. */
  readonly dimension: number
  /** Dimension of the support: 0 for points, 1 for a curve, 2 for a surface. */
  readonly intrinsicDimension: number
  /** Independent draws, [count, D]; row i depends on key and i alone. */
  readonly sample: (key: Key, count: number) => HostMatrix
  /** Euclidean distance of every row to the support, [M]. */
  readonly distances: (x: HostMatrix) => Float64Array
  /**
   * Where along the support the nearest point of every row lies, as a number in [0, 1] whose law under the data is uniform, [M]. Undefined for a
   * support without a natural coordinate.
   */
  readonly coordinates?: (x: HostMatrix) => Float64Array
  /** For a cloud: the number of the nearest point of every row. */
  readonly nearest?: (x: HostMatrix) => Uint32Array
  /** The law as a source of exact fields (`densityField(B, law)(process)`): in closed form, or by a quadrature whose error the docstring states. */
  readonly law: <N>(B: Backend<N>) => Law<N>
}
