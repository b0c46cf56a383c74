import { type Primitives, reducedShape, resolveAxis } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/**
 * Reductions, differentiable. The elements that tie for a maximum or a minimum share its derivative evenly, so the shares sum to 1.
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
      to: x.derivative,
      keeps: [],
      pull: (adjoint) => P.broadcastTo(P.reshape(adjoint, kept), shape),
      push: (tangent) => P.sum(tangent, axis, keepDims),
    })
  }

  const extremum =
    (name: 'max' | 'min'): Primitives<Traced<N>>['max'] =>
    (x, axis, keepDims) => {
      const primal = tape.primal(x)
      const kept = keptShape(name, primal, axis)
      const y = P[name](primal, axis, keepDims)
      /** 1/(number of ties) where the extremum is attained, else 0. */
      const shares = (): N => {
        const attained = P.equal(primal, P.reshape(y, kept))
        return P.div(attained, axis === undefined ? P.reshape(P.sum(attained), kept) : P.sum(attained, axis, true))
      }
      return tape.record(y, {
        to: x.derivative,
        keeps: [primal, y],
        pull: (adjoint) => P.mul(shares(), P.reshape(adjoint, kept)),
        push: (tangent) => P.sum(P.mul(shares(), tangent), axis, keepDims),
      })
    }

  return { sum, max: extremum('max'), min: extremum('min') }
}
