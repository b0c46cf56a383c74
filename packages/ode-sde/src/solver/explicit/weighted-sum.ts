import { type Backend, type Matrix, untyped } from '@tweedie/core'

/**
 * Σ wᵢ yᵢ over matrices of one shape, [M, D], a tensor of its own. Terms of weight 0 are left out. Four or more are put under each other and
 * summed by one matrix product, [1, n]·[n, M·D]: two passes over the terms; fewer by products and sums. The last term is added last: give the
 * largest there, and the others are rounded at their own size.
 */
export const weightedSum = <N>(B: Backend<N>, weights: readonly number[], terms: readonly Matrix<N>[]): Matrix<N> => {
  const used = terms.map((term, i) => ({ term, weight: weights[i] ?? 0 })).filter(({ weight }) => weight !== 0)
  const [first, ...rest] = used
  if (first === undefined) return B.mul(terms[0] as Matrix<N>, 0)
  return B.scope(() => {
    const factors = used.map(({ weight }) => weight)
    const stacked = used.map(({ term }) => term)
    if (used.length >= 4) return rowSum(B, factors, stackRows(B, stacked), B.shape(first.term))
    const start: Matrix<N> = B.mul(first.term, first.weight)
    return rest.reduce((sum, { term, weight }): Matrix<N> => B.add(sum, weight === 1 ? term : B.mul(term, weight)), start)
  })
}

/** n matrices of one shape as the rows of one, [n, M·D]. */
export const stackRows = <N>(B: Backend<N>, terms: readonly Matrix<N>[]): Matrix<N> => {
  const [rows, columns] = B.shape(terms[0] as Matrix<N>)
  const { concat, reshape } = untyped(B)
  return B.scope(() => reshape(concat(terms as readonly N[], 0), [terms.length, rows * columns]) as Matrix<N>)
}

/** Σ wᵢ yᵢ of matrices stacked as rows, in their own shape. */
export const rowSum = <N>(B: Backend<N>, weights: readonly number[], stack: Matrix<N>, shape: readonly [number, number]): Matrix<N> =>
  B.scope(() => B.reshape(B.matMul(B.tensor(weights, [1, weights.length]), stack), shape))
