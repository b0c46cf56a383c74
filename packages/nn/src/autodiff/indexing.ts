import { type Primitives, resolveAxis, type Shape } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'
import { unbroadcast } from './unbroadcast.js'

type IndexingName = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** Operations that move elements about, differentiable: each is linear, so it takes tangents on itself, and its adjoint is another. */
export const indexing = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, IndexingName> => {
  /** A linear operation of one operand, with its adjoint. */
  const linear = (x: Traced<N>, operation: (of: N) => N, pull: (adjoint: N) => N): Traced<N> =>
    tape.record(operation(tape.primal(x)), { to: x.derivative, keeps: [], pull, push: operation })

  return {
    reshape: (x, shape) => {
      const from = P.shape(tape.primal(x))
      return linear(
        x,
        (of) => P.reshape(of, shape),
        (adjoint) => P.reshape(adjoint, from),
      )
    },

    transpose: (x) => linear(x, P.transpose, P.transpose),

    broadcastTo: (x, shape) => {
      const from = P.shape(tape.primal(x))
      return linear(
        x,
        (of) => P.broadcastTo(of, shape),
        (adjoint) => unbroadcast(P, adjoint, from),
      )
    },

    slice: (x, axis, from, to) => {
      const shape = P.shape(tape.primal(x))
      const pull = (adjoint: N): N => {
        const at = resolveAxis('slice', shape, axis)
        const zeros = (count: number): N[] => (count === 0 ? [] : [P.full(withSize(shape, at, count), 0)])
        const pieces = [...zeros(from), adjoint, ...zeros((shape[at] as number) - to)]
        return pieces.length === 1 ? adjoint : P.concat(pieces, at)
      }
      return linear(x, (of) => P.slice(of, axis, from, to), pull)
    },

    concat: (xs, axis) => {
      const primals = xs.map((x) => tape.primal(x))
      const y = P.concat(primals, axis)
      const at = resolveAxis('concat', P.shape(y), axis)
      let end = 0
      const pieces = primals.map((primal) => {
        const from = end
        end += P.shape(primal)[at] as number
        return { shape: P.shape(primal), from, to: end }
      })
      const wanted = pieces.filter((_, index) => xs[index]?.derivative !== undefined)
      return tape.recordJoint(y, {
        to: xs.map(({ derivative }) => derivative),
        keeps: [],
        pull: (adjoint) => wanted.map(({ from, to }) => P.slice(adjoint, at, from, to)),
        push: (tangents) =>
          P.concat(
            pieces.map(({ shape }, index) => tangents[index] ?? P.full(shape, 0)),
            at,
          ),
      })
    },

    takeRows: (x, indices) => {
      const rows = P.shape(tape.primal(x))[0] as number
      // The caller may reuse its array of indices before the reverse sweep.
      const remembered = x.derivative && Uint32Array.from(indices)
      return linear(
        x,
        (of) => P.takeRows(of, indices),
        (adjoint) => P.scatterRows(adjoint, remembered as Uint32Array, rows),
      )
    },

    scatterRows: (x, indices, rows) => {
      const remembered = x.derivative && Uint32Array.from(indices)
      return linear(
        x,
        (of) => P.scatterRows(of, indices, rows),
        (adjoint) => P.takeRows(adjoint, remembered as Uint32Array),
      )
    },
  }
}

const withSize = (shape: Shape, axis: number, size: number): number[] => shape.map((each, k) => (k === axis ? size : each))
