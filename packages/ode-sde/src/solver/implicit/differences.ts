import type { Backend, Matrix } from '@tweedie/core'
import type { Batch } from '../../linear-solve/lu.js'

type Velocity<N> = (x: Matrix<N>, t: number) => Matrix<N>

/** The rounding unit of a backend. */
const epsilon = <N>(B: Backend<N>): number => (B.dtype === 'float64' ? 2 ** -52 : 2 ** -23)

/**
 * The Jacobians of the rows, [M, D, D], by central differences in 2 D evaluations: x_j moves by ε^(1/3) max(|x_j|, scale), ε the rounding unit,
 * where truncation and rounding are about as large (Nocedal & Wright, "Numerical Optimization", §8.1). Off by ε^(2/3), 4e-11 in float64, of what
 * a change of x_j by its size would do.
 */
export const differenceJacobian = <N>(B: Backend<N>, f: Velocity<N>, x: Matrix<N>, t: number, scale: number): Batch<N> =>
  B.scope(() => {
    const [rows, columns] = B.shape(x)
    const slices = Array.from({ length: columns }, (_, j): Batch<N> => {
      const unit = B.tensor(
        Array.from({ length: columns }, (_, k) => (k === j ? 1 : 0)),
        [1, columns],
      )
      return B.scope(() => {
        const size: Matrix<N> = B.maximum(B.abs(B.slice(x, 1, j, j + 1)), scale)
        const move: Matrix<N> = B.mul(B.mul(size, epsilon(B) ** (1 / 3)), unit)
        const [above, below]: Matrix<N>[] = [B.add(x, move), B.sub(x, move)]
        // The width as it is after rounding.
        const width: Matrix<N> = B.slice(B.sub(above as Matrix<N>, below as Matrix<N>), 1, j, j + 1)
        const change: Matrix<N> = B.sub(f(above as Matrix<N>, t), f(below as Matrix<N>, t))
        return B.reshape(B.div(change, width), [rows, columns, 1])
      })
    })
    return slices.length === 0 ? B.full([rows, 0, 0], 0) : B.concat(slices, 2)
  })

/**
 * h ∂f/∂t at t, by two evaluations inside the step from t to t + h, at κh and 2κh with κ = ε^(1/5): [4 (f_κ − f₀) − (f_2κ − f₀)]/(2κ) = h f_t +
 * O(κ²h³). Truncation is κ² = 5e-7 of what the step neglects anyway, and rounding ε/κ = 3e-13 of f in float64.
 */
export const differenceInTime = <N>(B: Backend<N>, f: Velocity<N>, x: Matrix<N>, t: number, h: number, first: Matrix<N>): Matrix<N> =>
  B.scope(() => {
    const part = epsilon(B) ** (1 / 5)
    const [near, far] = [B.sub(f(x, t + part * h), first), B.sub(f(x, t + 2 * part * h), first)]
    return B.div(B.sub(B.mul(near, 4), far), 2 * part)
  })
