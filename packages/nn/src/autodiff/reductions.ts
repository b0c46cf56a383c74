import { type Primitives, reducedShape, resolveAxis } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/**
 * Reductions, differentiable. The elements that tie for a maximum or a minimum share its adjoint evenly, so the shares sum to 1.
 */
export const reductions = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, 'sum' | 'max' | 'min'> => {
  /** The shape that a reduced tensor broadcasts from. */
  const keptShape = (name: string, x: N, axis: number | undefined): number[] => {
    const shape = P.shape(x)
    return axis === undefined ? shape.map(() => 1) : reducedShape(shape, resolveAxis(name, shape, axis), true)
  }

  const sum: Primitives<Traced<N>>['sum'] = (x, axis, keepDims) => {
    const primal = tape.primal(x)
    const shape = P.shape(primal)
    const kept = keptShape('sum', primal, axis)
    return tape.record(P.sum(primal, axis, keepDims), {
      to: x.node,
      keeps: [],
      pull: (adjoint) => P.broadcastTo(P.reshape(adjoint, kept), shape),
    })
  }

  const extremum =
    (name: 'max' | 'min'): Primitives<Traced<N>>['max'] =>
    (x, axis, keepDims) => {
      const primal = tape.primal(x)
      const kept = keptShape(name, primal, axis)
      const y = P[name](primal, axis, keepDims)
      return tape.record(y, {
        to: x.node,
        keeps: [primal, y],
        pull: (adjoint) => {
          const attained = P.equal(primal, P.reshape(y, kept))
          const ties = axis === undefined ? P.reshape(P.sum(attained), kept) : P.sum(attained, axis, true)
          return P.mul(attained, P.div(P.reshape(adjoint, kept), ties))
        },
      })
    }

  return { sum, max: extremum('max'), min: extremum('min') }
}
