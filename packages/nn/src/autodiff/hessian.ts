import { type Backend, type Scalar, type Shape, type Tensor, untyped } from '@tweedie/core'
import { autodiff } from './autodiff.js'
import { jacobianByColumns, type Products } from './jacobian.js'
import type { ParameterFunction } from './result-of.js'
import type { Traced } from './traced.js'

/** What is differentiated twice: tensors of `autodiff(autodiff(B))`. */
type Twice<N> = Traced<Traced<N>>

/** A scalar function of one tensor, written for any backend: `<N>(B: Backend<N>) => (x: Vector<N>): Scalar<N> => …`. */
export type Program<N, S extends Shape> = (B: Backend<Twice<N>>) => (x: Tensor<Twice<N>, S>) => Scalar<Twice<N>>

/**
 * The Hessian of a program at x, [...shape of x, ...shape of x], by columns H·eᵢ: one pass for each element of x. Each column is forward mode
 * over reverse mode, the derivative of the gradient along eᵢ, so the gradient itself is never recorded: memory is twice that of one gradient,
 * where reverse over reverse would keep every value of the reverse sweep as well. A law or a table that the program puts on its backend belongs
 * inside the function of x: it is then freed with the rest.
 *
 * @example
 * const energy = <N>(b: Backend<N>) => (x: Vector<N, 2>) => b.sum(b.exp(x))
 * const curvature = hessian(B, energy)(B.tensor([0, 1], [2])) // [2, 2]
 */
export const hessian = <N, S extends Shape>(B: Backend<N>, program: Program<N, S>): ((x: Tensor<N, S>) => Tensor<N, [...S, ...S]>) => {
  const { products, gradient } = overGradient(B, program)
  const P = untyped(B)
  return (x) => P.scope(() => jacobianByColumns(P, products, gradient, x, P.shape(x))) as unknown as Tensor<N, [...S, ...S]>
}

/** The Hessian of a program at x times v, of the shape of x: one pass of forward mode over reverse mode, whatever the size of x. */
export const hessianVector = <N, S extends Shape>(
  B: Backend<N>,
  program: Program<N, S>,
): ((x: Tensor<N, S>, v: Tensor<N, S>) => Tensor<N, S>) => {
  const { products, gradient } = overGradient(B, program)
  const P = untyped(B)
  return (x, v) => P.scope(() => products.jacobianVector(gradient, x, v).tangent) as Tensor<N, S>
}

/** The gradient of a program as a function on `autodiff(B)`, and the products with its Jacobian. */
const overGradient = <N, S extends Shape>(B: Backend<N>, program: Program<N, S>) => {
  const first = autodiff(B)
  const second = autodiff(first)
  return {
    products: first as unknown as Products<N>,
    gradient: second.gradient(program(second)) as ParameterFunction,
  }
}
