import type { Backend, Matrix } from '@tweedie/core'
import type { Dense, StepInput } from '../solver.js'
import type { Interpolant } from './tableau.js'
import { rowSum, stackRows } from './weighted-sum.js'

/** The state inside a Runge–Kutta step, x + h Σ b_i(θ) k_i. Velocities and x are kept as the rows of one tensor. */
export const insideOf = <N>(B: Backend<N>, { weights }: Interpolant, { t, s, x }: StepInput<N>, slopes: readonly Matrix<N>[]): Dense<N> => {
  const h = s - t
  const shape = B.shape(x)
  const stack = stackRows(B, [...slopes, x])
  return {
    tensors: [stack],
    at: (time) => {
      const b = weights(h === 0 ? 0 : (time - t) / h)
      return rowSum(B, [...slopes.map((_, i) => h * (b[i] ?? 0)), 1], stack, shape)
    },
  }
}
