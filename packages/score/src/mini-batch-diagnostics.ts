import type { Backend, Matrix, NoiseLevel, Vector } from '@tweedie/core'
import { softmax } from './softmax.js'

/**
 * What the draws of a mini-batch say of its estimate at a query: self-normalised importance sampling, in which the rows are the proposal and the
 * noise kernel is the weight (docs/formulas.md §2).
 */
export interface MonteCarloDiagnostics<N> {
  /** 1/Σ w_i², [M], from 1 to the number of draws: how many equally weighted points would say as much. Near 1 the estimate rests on one point. */
  readonly effectiveSampleSize: Vector<N>
  /** The largest w_i, [M], from 1/size to 1. */
  readonly largestWeight: Vector<N>
  /**
   * The standard error of the posterior mean by the delta method, √(Σ w_i² |y_i − m|²), [M]: the root of the expected squared distance to the
   * full data's mean. Drawn without replacement it has the factor √(1 − size/rows). It assumes that the effective sample size is large.
   */
  readonly standardError: Vector<N>
  /** The same of each column of the posterior mean, √(Σ w_i² (y_ij − m_j)²), [M, D]; their squares add up to that of `standardError`. */
  readonly standardErrorPerColumn: Matrix<N>
  /** The standard error of the score (α m − x)/σ², [M]: α/σ² times that of the mean. A column's is α/σ² times that of the column. */
  readonly scoreStandardError: Vector<N>
}

/** The diagnostics of queries x [M, D] under equally weighted draws [K, D]; `left` is what is left of the variance of a draw, 1 with replacement. */
export const diagnose = <N>(
  B: Backend<N>,
  x: Matrix<N>,
  points: Matrix<N>,
  { alpha, sigma }: NoiseLevel,
  left: number,
): MonteCarloDiagnostics<N> => {
  const columns: number = B.shape(points)[1]
  const logits: Matrix<N> = B.mul(B.squaredDistances(x, B.mul(points, alpha)), -0.5 / (sigma * sigma))
  const weights = softmax(B, logits)
  const squares: Matrix<N> = B.square(weights)
  const means = B.matMul(weights, points)
  // Column by column: differences are taken as they stand, and few tensors of queries × points live at once.
  const variances = Array.from({ length: columns }, (_, j) =>
    B.scope(() => {
      const spread = B.squaredDistances(B.slice(means, 1, j, j + 1), B.slice(points, 1, j, j + 1))
      return B.mul(B.sum(B.mul(squares, spread), 1, true), left)
    }),
  )
  const variance: Matrix<N> = B.concat(variances, 1)
  const standardError: Vector<N> = B.sqrt(B.sum(variance, 1))
  return {
    effectiveSampleSize: B.div(1, B.sum(squares, 1)),
    largestWeight: B.max(weights, 1),
    standardError,
    standardErrorPerColumn: B.sqrt(variance),
    scoreStandardError: B.mul(standardError, alpha / (sigma * sigma)),
  }
}
