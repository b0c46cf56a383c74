import { type Primitives, resolveAxis } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'
import { unbroadcast } from './unbroadcast.js'

type IndexingName = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** Operations that move elements about, differentiable: each is linear, and its adjoint is another of them. */
export const indexing = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, IndexingName> => {
  /** An operation of one operand that keeps nothing. */
  const linear = (x: Traced<N>, y: N, pull: (adjoint: N) => N): Traced<N> => tape.record(y, { to: x.node, keeps: [], pull })

  return {
    reshape: (x, shape) => {
      const primal = tape.primal(x)
      const from = P.shape(primal)
      return linear(x, P.reshape(primal, shape), (adjoint) => P.reshape(adjoint, from))
    },

    transpose: (x) => linear(x, P.transpose(tape.primal(x)), (adjoint) => P.transpose(adjoint)),

    broadcastTo: (x, shape) => {
      const primal = tape.primal(x)
      const from = P.shape(primal)
      return linear(x, P.broadcastTo(primal, shape), (adjoint) => unbroadcast(P, adjoint, from))
    },

    slice: (x, axis, from, to) => {
      const primal = tape.primal(x)
      const shape = P.shape(primal)
      const y = P.slice(primal, axis, from, to)
      return linear(x, y, (adjoint) => {
        const at = resolveAxis('slice', shape, axis)
        const zeros = (count: number): N[] =>
          count === 0
            ? []
            : [
                P.full(
                  shape.map((size, k) => (k === at ? count : size)),
                  0,
                ),
              ]
        const pieces = [...zeros(from), adjoint, ...zeros((shape[at] as number) - to)]
        return pieces.length === 1 ? adjoint : P.concat(pieces, at)
      })
    },

    concat: (xs, axis) => {
      const primals = xs.map((x) => tape.primal(x))
      let end = 0
      const y = P.concat(primals, axis)
      const at = resolveAxis('concat', P.shape(y), axis)
      const links = xs.map((x, index) => {
        const size = P.shape(primals[index] as N)[at] as number
        const from = end
        end += size
        return { to: x.node, keeps: [], pull: (adjoint: N) => P.slice(adjoint, at, from, from + size) }
      })
      return tape.record(y, ...links)
    },

    takeRows: (x, indices) => {
      const primal = tape.primal(x)
      const rows = P.shape(primal)[0] as number
      const y = P.takeRows(primal, indices)
      // The caller may reuse its array of indices before the reverse sweep.
      const remembered = x.node && Uint32Array.from(indices)
      return linear(x, y, (adjoint) => P.scatterRows(adjoint, remembered as Uint32Array, rows))
    },

    scatterRows: (x, indices, rows) => {
      const y = P.scatterRows(tape.primal(x), indices, rows)
      const remembered = x.node && Uint32Array.from(indices)
      return linear(x, y, (adjoint) => P.takeRows(adjoint, remembered as Uint32Array))
    },
  }
}
