import { type Backend, type Matrix, showShape, type Tensor, tweedieError } from '@tweedie/core'
import type { Batch } from '../../linear-solve/lu.js'
import { differenceInTime, differenceJacobian } from './differences.js'

/** What is known of the velocity's derivatives; what is not given is taken by differences. */
export interface RosenbrockOptions<N> {
  /**
   * The Jacobian of the term's velocity by x, row by row: [M, D], t → [M, D, D], entry (m, i, j) = ∂vᵢ/∂xⱼ at row m. `rowJacobian` of
   * autodiff gives it for a velocity f written over any backend: `(x, t) => D.rowJacobian((y) => f(D)(y, t), x)` with `D = autodiff(B)`.
   */
  readonly jacobian?: ((x: Matrix<N>, t: number) => Tensor<N, [number, number, number]>) | undefined
  /** ∂v/∂t, [M, D], t → [M, D]; for an equation without time `(x) => B.mul(x, 0)`. */
  readonly timeDerivative?: ((x: Matrix<N>, t: number) => Matrix<N>) | undefined
  /** For differences: the size under which an entry of x is no smaller to the velocity; 1 where not given. See the error at `rosenbrock`. */
  readonly scale?: number | undefined
}

/** The derivatives of a velocity f at x and t, over a step of length h. */
interface Point<N> {
  readonly f: (x: Matrix<N>, t: number) => Matrix<N>
  readonly x: Matrix<N>
  readonly t: number
  readonly h: number
}

/** The Jacobians of the rows, [M, D, D]: as given, or by 2 D evaluations. */
export const jacobianOf = <N>(B: Backend<N>, { jacobian }: RosenbrockOptions<N>, { f, x, t }: Point<N>, scale: number): Batch<N> => {
  if (jacobian === undefined) return differenceJacobian(B, f, x, t, scale)
  const [rows, columns] = B.shape(x)
  return requireShape(B, 'jacobian', jacobian(x, t), [rows, columns, columns])
}

/** h² ∂f/∂t, [M, D]: as given, or by 2 evaluations; `first` is f(x, t). */
export const changeInTime = <N>(
  B: Backend<N>,
  { timeDerivative }: RosenbrockOptions<N>,
  { f, x, t, h }: Point<N>,
  first: Matrix<N>,
): Matrix<N> =>
  B.scope(() => {
    if (timeDerivative === undefined) return B.mul(differenceInTime(B, f, x, t, h, first), h)
    return B.mul(requireShape(B, 'timeDerivative', timeDerivative(x, t), B.shape(x)), h * h)
  })

const requireShape = <N, T extends Tensor<N>>(B: Backend<N>, name: string, value: T, shape: readonly number[]): T => {
  if (!B.isTensor(value))
    throw tweedieError('InvalidArgument', 'rosenbrock', `${name} gives no tensor of ${B.name}`, 'Make it on the backend of the solve')
  const actual = B.shape(value)
  if (actual.length !== shape.length || actual.some((size, k) => size !== shape[k]))
    throw tweedieError(
      'ShapeMismatch',
      'rosenbrock',
      `${name} of shape ${showShape(actual)}`,
      `Give ${showShape(shape)}: ${name === 'jacobian' ? 'a square matrix' : 'a row'} for each row of x`,
    )
  return value
}
