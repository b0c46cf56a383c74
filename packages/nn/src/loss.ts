import { type Backend, type Matrix, type Scalar, sameShape, showShape, tweedieError } from '@tweedie/core'

/** A loss: how far predictions [M, D] are from targets [M, D], as one number, on any backend. */
export type Loss = <N>(B: Backend<N>) => (prediction: Matrix<N>, target: Matrix<N>) => Scalar<N>

/**
 * Mean squared error of vectors: the mean over samples of the squared error **summed** over columns, (1/M) Σ_i |p_i − y_i|², as paper A
 * trains with (docs/formulas.md §2). It is D times `meanSquaredErrorPerElement`. Throws `ShapeMismatch` when the shapes differ (they are not
 * broadcast) and `InvalidArgument` when there are no rows.
 */
export const meanSquaredError: Loss = (B) => (prediction, target) => {
  const [rows] = requireAlike(B, 'meanSquaredError', prediction, target)
  return B.scope(() => B.div(B.sum(B.square(B.sub(prediction, target))), rows))
}

/** Mean squared error over all elements, (1/(M·D)) Σ_ij (p_ij − y_ij)², as PyTorch's `MSELoss` has it. Refuses as `meanSquaredError`. */
export const meanSquaredErrorPerElement: Loss = (B) => (prediction, target) => {
  const [rows, columns] = requireAlike(B, 'meanSquaredErrorPerElement', prediction, target)
  return B.scope(() => B.div(B.sum(B.square(B.sub(prediction, target))), rows * columns))
}

const requireAlike = <N>(B: Backend<N>, where: string, prediction: Matrix<N>, target: Matrix<N>): [rows: number, columns: number] => {
  const [p, y] = [B.shape(prediction), B.shape(target)]
  if (p.length !== 2 || !sameShape(p, y))
    throw tweedieError('ShapeMismatch', where, `predictions ${showShape(p)} and targets ${showShape(y)}`, 'Give both the shape [M, D]')
  const [rows, columns] = p as readonly [number, number]
  if (rows * columns === 0)
    throw tweedieError('InvalidArgument', where, `no numbers to average in ${showShape(p)}`, 'Pass at least one row and one column')
  return [rows, columns]
}
