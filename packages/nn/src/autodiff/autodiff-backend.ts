import type { Backend, Matrix, Scalar, Shape, Tensor } from '@tweedie/core'
import type { Traced } from './traced.js'

/** A tree of traced tensors as a tree of B's tensors: parameters as the caller holds them, and their gradient. */
export type Primal<N, T> =
  T extends Traced<N> ? (T extends Tensor<Traced<N>, infer S> ? Tensor<N, S> : Tensor<N>) : { [K in keyof T]: Primal<N, T[K]> }

/** A value and the gradient by the parameters, which has their shape. */
export interface ValueAndGradient<N, G> {
  readonly value: Scalar<N>
  readonly gradient: G
}

/** The value of a function at a point, and the transposed derivative there. */
export interface Pullback<X, Y> {
  readonly value: Y
  /** vᵀ·(∂f/∂x): an adjoint of the shape of the value to one of the shape of x. May be called any number of times. */
  readonly pull: (adjoint: Y) => X
}

/** The value of a function at a point, and its derivative along a direction, of the same shape. */
export interface ValueAndTangent<Y> {
  readonly value: Y
  readonly tangent: Y
}

/**
 * `autodiff(B)`: every operation of a backend, and derivatives of what is written in them.
 *
 * A function to be differentiated must be synchronous; it takes traced tensors and gives one. Inside of it, a traced tensor of another
 * differentiation by the same backend (of a function around it, or of one that has ended) is refused with `InvalidArgument`: nest with
 * `autodiff(autodiff(B))`.
 */
export interface AutodiffBackend<N> extends Backend<Traced<N>> {
  /** The backend below, which values and derivatives belong to. */
  readonly below: Backend<N>
  /** A constant: it has no derivative, and what is made of constants alone is not recorded. It shares x; free one of the two. */
  readonly lift: <S extends Shape>(x: Tensor<N, S>) => Tensor<Traced<N>, S>
  /** The value of a traced tensor, shared with it. */
  readonly primal: <S extends Shape>(x: Tensor<Traced<N>, S>) => Tensor<N, S>
  /**
   * The value of f and its gradient by all parameters, a tensor or a tree of tensors (arrays and plain objects). f must return a scalar.
   * Everything made on the way is freed. Throws `ShapeMismatch` when f's result is not a scalar and `InvalidArgument` when a leaf of the
   * parameters is not a tensor.
   */
  readonly valueAndGradient: {
    <S extends Shape>(f: (x: Tensor<Traced<N>, S>) => Scalar<Traced<N>>): (x: Tensor<N, S>) => ValueAndGradient<N, Tensor<N, S>>
    <T>(f: (parameters: T) => Scalar<Traced<N>>): (parameters: Primal<N, T>) => ValueAndGradient<N, Primal<N, T>>
  }
  /** The gradient alone. */
  readonly gradient: {
    <S extends Shape>(f: (x: Tensor<Traced<N>, S>) => Scalar<Traced<N>>): (x: Tensor<N, S>) => Tensor<N, S>
    <T>(f: (parameters: T) => Scalar<Traced<N>>): (parameters: Primal<N, T>) => Primal<N, T>
  }
  /**
   * The value of a tensor-valued f at x, and its vector–Jacobian product. What the recording keeps lives until the `scope` of the
   * backend below in which this is called ends, so call it, and `pull`, inside one.
   */
  readonly vectorJacobian: {
    <S extends Shape, R extends Shape>(
      f: (x: Tensor<Traced<N>, S>) => Tensor<Traced<N>, R>,
      x: Tensor<N, S>,
    ): Pullback<Tensor<N, S>, Tensor<N, R>>
    <T, R extends Shape>(f: (parameters: T) => Tensor<Traced<N>, R>, parameters: Primal<N, T>): Pullback<Primal<N, T>, Tensor<N, R>>
  }
  /**
   * The value of f at x and J·v, its derivative there along v, a tensor or a tree like x. One pass in forward mode: the tangent is computed
   * beside the value, nothing is recorded, and everything but the two results is freed. Throws `ShapeMismatch` when v is not like x.
   */
  readonly jacobianVector: {
    <S extends Shape, R extends Shape>(
      f: (x: Tensor<Traced<N>, S>) => Tensor<Traced<N>, R>,
      x: Tensor<N, S>,
      v: Tensor<N, S>,
    ): ValueAndTangent<Tensor<N, R>>
    <T, R extends Shape>(f: (parameters: T) => Tensor<Traced<N>, R>, x: Primal<N, T>, v: Primal<N, T>): ValueAndTangent<Tensor<N, R>>
  }
  /**
   * The Jacobian ∂f/∂x, [...shape of f(x), ...shape of x], for a small x or a small f(x): one recording and a sweep per row where f(x) has no
   * more elements than x, otherwise a forward pass per column.
   */
  readonly jacobian: <S extends Shape, R extends Shape>(
    f: (x: Tensor<Traced<N>, S>) => Tensor<Traced<N>, R>,
    x: Tensor<N, S>,
  ) => Tensor<N, [...R, ...S]>
  /**
   * The Jacobians of the rows, [M, R, D], of f: [M, D] → [M, R] whose row i depends on row i of x alone, in min(D, R) passes for all rows
   * together. What other rows contribute is added in unseen, so f must keep its rows apart. Throws `ShapeMismatch` when x or f(x) is not a
   * matrix, or they differ in rows.
   */
  readonly rowJacobian: <M extends number, D extends number, R extends number>(
    f: (x: Matrix<Traced<N>, M, D>) => Matrix<Traced<N>, M, R>,
    x: Matrix<N, M, D>,
  ) => Tensor<N, [M, R, D]>
}
