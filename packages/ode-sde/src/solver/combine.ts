import type { Backend, Matrix } from '@tweedie/core'

/** a·x + b·y for numbers a, b and matrices of one shape. */
export const combine = <N>(B: Backend<N>, a: number, x: Matrix<N>, b: number, y: Matrix<N>): Matrix<N> =>
  B.add(a === 1 ? x : B.mul(x, a), b === 1 ? y : B.mul(y, b))
