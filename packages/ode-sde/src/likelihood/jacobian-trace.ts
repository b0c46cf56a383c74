import type { Matrix } from '@tweedie/core'
import type { RowDifferentiation, TracedTerm } from './differentiation.js'
import type { Divergence } from './divergence.js'

/**
 * The exact divergence by differentiation: the trace of the whole Jacobian, D passes an evaluation, for small D. `term` is the same term as the
 * one solved, on the differentiating backend.
 *
 * @example
 * const D = autodiff(B)
 * const divergence = jacobianTrace(D, probabilityFlow(D, process, network(D)))
 */
export const jacobianTrace = <N, T>(D: RowDifferentiation<N, T>, { nonlinear }: TracedTerm<T>): Divergence<N> => ({
  name: 'jacobianTrace',
  estimates: 1,
  open: ({ backend: B }, { rows, dimension }) => {
    const diagonal: Matrix<N> = B.tensor(
      Float64Array.from({ length: dimension * dimension }, (_, k) => (k % (dimension + 1) === 0 ? 1 : 0)),
      [1, dimension * dimension],
    )
    return {
      held: [diagonal],
      at: (x, t) => {
        const jacobian: Matrix<N> = B.reshape(
          D.rowJacobian((y) => nonlinear(y, t), x),
          [rows, dimension * dimension],
        )
        // Chosen and not multiplied by 0: an infinity off the diagonal is none of the trace's.
        return { divergence: B.sum(B.where(B.broadcastTo(diagonal, [rows, dimension * dimension]), jacobian, 0), 1, true) }
      },
    }
  },
})
