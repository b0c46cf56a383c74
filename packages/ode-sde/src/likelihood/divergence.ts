import type { Matrix, Tensor } from '@tweedie/core'
import type { Term } from '../term/term.js'

/** The rows that a divergence is taken for. */
export interface Batch {
  readonly rows: number
  /** D, the columns of the state. */
  readonly dimension: number
  /** The number of the first row in the full set. */
  readonly firstSample: number
}

/** The divergence of the nonlinear part of a term, tr ∂nonlinear/∂x, as a value: where it comes from, and at what error. */
export interface Divergence<N> {
  readonly name: string
  /** Independent, unbiased estimates of the divergence that it gives for every row: 1 where it is exact. */
  readonly estimates: number
  /** Binds it to a term and a batch. Throws `InvalidArgument` when it is not for this term. */
  readonly open: (term: Term<N>, batch: Batch) => OpenDivergence<N>
}

/** A divergence bound to a term and a batch. */
export interface OpenDivergence<N> {
  /** At a state [M, D] and a time. Run it inside `B.scope`. */
  readonly at: (
    x: Matrix<N>,
    t: number,
  ) => {
    /** The nonlinear part itself, [M, D], where it came out on the way. */
    readonly nonlinear?: Matrix<N>
    /** [M, estimates]. */
    readonly divergence: Matrix<N>
  }
  /** Tensors that it keeps between calls. */
  readonly held: readonly Tensor<N>[]
}
