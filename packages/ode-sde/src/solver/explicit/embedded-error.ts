import type { Backend, Matrix } from '@tweedie/core'
import type { Embedded } from './tableau.js'
import { weightedSum } from './weighted-sum.js'

/**
 * The estimate of a step's error from an embedded method, h Σ (b_i − b̂_i) k_i, [M, D]. With a second, coarser one the two are joined entry by
 * entry (Hairer, Nørsett & Wanner, "Solving ODEs I", §II.10, the 8(5,3) method),
 *
 *     error = e₁²/√(e₁² + 0.01 e₂²),
 *
 * which for estimates of O(h⁶) and O(h⁴) is O(h⁸). The book joins the norms. Since u²/(u + 0.01 v) is convex in (u, v) = (e₁², e₂²), the root mean
 * square of the entries, each divided by its tolerance, is never below the book's number: the entries are the more careful estimate.
 */
export const errorOf = <N>(B: Backend<N>, { difference, coarser }: Embedded, h: number, slopes: readonly Matrix<N>[]): Matrix<N> => {
  const estimate = (weights: readonly number[]): Matrix<N> =>
    weightedSum(
      B,
      slopes.map((_, i) => h * (weights[i] ?? 0)),
      slopes,
    )
  if (coarser === undefined) return estimate(difference)
  return B.scope(() => {
    const square = B.square(estimate(difference))
    const sum = B.add(square, B.mul(B.square(estimate(coarser)), 0.01))
    // Where both are 0 the quotient is 0/1.
    return B.div(square, B.sqrt(B.add(sum, B.equal(sum, 0))))
  })
}
