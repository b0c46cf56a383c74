import type { Backend, Matrix, Scalar } from '@tweedie/core'
import type { Adaptive } from './control.js'

/** What a state may be off by: a tolerance with the rounding of a backend in mind. */
export interface Tolerance<N> {
  /** The rtol in use: at least 10 units of rounding of the backend. */
  readonly rtol: number
  /** The scaled size of a matrix of differences between states of about the sizes of x and y; NaN unless all three are finite. */
  readonly norm: (difference: Matrix<N>, x: Matrix<N>, y: Matrix<N>) => Scalar<N>
}

/** Half the distance from 1 to the next number. */
const ROUNDING = { float64: 2 ** -53, float32: 2 ** -24 } as const
/** Keeps a difference of 0 over a tolerance of 0 from being no number; a normal number in float32. */
const LEAST = 1e-30

/**
 * The error norm of Hairer, Nørsett & Wanner I, eqs. II.4.10 and 4.11: root mean square of e/(atol + rtol max(|x|, |y|)), over the batch or over
 * each row, of which the largest counts. A tolerance below what the backend's numbers resolve would reject every step, so rtol has a floor.
 */
export const toleranceOf = <N>(B: Backend<N>, { rtol: asked, atol, norm }: Pick<Adaptive, 'rtol' | 'atol' | 'norm'>): Tolerance<N> => {
  const rtol = Math.max(asked, 10 * ROUNDING[B.dtype])
  return {
    rtol,
    norm: (difference, x, y) =>
      B.scope(() => {
        const size = B.maximum(B.mul(B.maximum(B.abs(x), B.abs(y)), rtol), LEAST)
        const scale: Matrix<N> = typeof atol === 'number' ? B.add(size, atol) : B.add(size, B.tensor(atol, [1, atol.length]) as Matrix<N>)
        const squares = B.square(B.div(difference, scale))
        const [rows, columns] = B.shape(x)
        // Comparisons may lose a NaN on the way; sums do not.
        const probe = B.mul(B.add(B.sum(B.mul(x, 0)), B.add(B.sum(B.mul(y, 0)), B.sum(B.mul(difference, 0)))), 0)
        const mean = norm === 'batch' ? B.div(B.sum(squares), rows * columns) : B.div(B.max(B.sum(squares, 1)), columns)
        return B.add(B.sqrt(mean), probe) as Scalar<N>
      }),
  }
}
