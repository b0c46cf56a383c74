import type { Backend, Matrix, Tensor } from '@tweedie/core'
import type { Term } from '../term/term.js'

// Tensor types are read off the backends (`below` and the term's), not off functions that take any shape.

/** The term that is solved, on the differentiating backend. */
export interface TracedTerm<T> {
  readonly backend: Backend<T>
  readonly nonlinear: Term<NoInfer<T>>['nonlinear']
}

/** A function of a matrix on the differentiating backend. */
export type MatrixFunction<T> = (x: Matrix<T>) => Matrix<T>

/** What `jacobianTrace` needs of a differentiating backend over B, with tensors T: `autodiff(B)` of @tweedie/nn has it. */
export interface RowDifferentiation<N, T> {
  /** B. */
  readonly below: Backend<N>
  /** The Jacobians of the rows, [M, D, D], of f: [M, D] → [M, D] whose row i depends on row i of x alone. */
  readonly rowJacobian: (f: MatrixFunction<NoInfer<T>>, x: Matrix<NoInfer<N>>) => Tensor<NoInfer<N>, [number, number, number]>
}

/** f(x) and the product vᵀ·(∂f/∂x), any number of times. What it keeps lives until the scope of B around it ends. */
export interface ReverseProducts<N, T> {
  readonly below: Backend<N>
  readonly vectorJacobian: (
    f: MatrixFunction<NoInfer<T>>,
    x: Matrix<NoInfer<N>>,
  ) => { readonly value: Matrix<NoInfer<N>>; readonly pull: (adjoint: Matrix<NoInfer<N>>) => Matrix<NoInfer<N>> }
}

/** f(x) and the product (∂f/∂x)·v. */
export interface ForwardProducts<N, T> {
  readonly below: Backend<N>
  readonly jacobianVector: (
    f: MatrixFunction<NoInfer<T>>,
    x: Matrix<NoInfer<N>>,
    v: Matrix<NoInfer<N>>,
  ) => { readonly value: Matrix<NoInfer<N>>; readonly tangent: Matrix<NoInfer<N>> }
}

/** What `hutchinson` needs of a differentiating backend over B, with tensors T: either product. `autodiff(B)` has both. */
export type ProductDifferentiation<N, T> = ReverseProducts<N, T> | ForwardProducts<N, T>
