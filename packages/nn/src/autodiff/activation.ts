import type { Activation, Kernels, Primitives } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'
import { unbroadcast } from './unbroadcast.js'

/**
 * adjoint · activation′, from what is kept: the output where it suffices (tanh′ = 1 − y², relu′ = [y > 0], so 0 at the kink), the
 * input otherwise: silu′ = s(1 + x(1 − s)) with s = 1/(1 + e⁻ˣ), gelu′ = Φ(x) + x φ(x).
 */
const slopes = <N>(
  P: Primitives<N>,
): Record<Exclude<Activation, 'identity'>, { readonly from: 'input' | 'output'; readonly pull: (adjoint: N, kept: N) => N }> => ({
  tanh: { from: 'output', pull: (a, y) => P.mul(a, P.sub(1, P.square(y))) },
  relu: { from: 'output', pull: (a, y) => P.where(P.greater(y, 0), a, 0) },
  silu: {
    from: 'input',
    pull: (a, x) => {
      const s = P.sigmoid(x)
      return P.mul(a, P.mul(s, P.add(P.mul(x, P.sub(1, s)), 1)))
    },
  },
  gelu: {
    from: 'input',
    pull: (a, x) => {
      const below = P.mul(P.add(P.erf(P.mul(x, Math.SQRT1_2)), 1), 0.5)
      const density = P.mul(P.exp(P.mul(P.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return P.mul(a, P.add(below, P.mul(x, density)))
    },
  },
})

/** The fused layer and its activation, differentiable: forwards B's own kernels, backwards one slope and at most two products. */
export const activations = <N>(P: Primitives<N> & Kernels<N>, tape: Tape<N>): Pick<Kernels<Traced<N>>, 'activate' | 'affine'> => {
  const slope = slopes(P)

  return {
    activate: (x, activation) => {
      if (activation === 'identity') return x
      const { from, pull } = slope[activation]
      const primal = tape.primal(x)
      const y = P.activate(primal, activation)
      const kept = from === 'output' ? y : primal
      return tape.record(y, { to: x.node, keeps: [kept], pull: (adjoint) => pull(adjoint, kept) })
    },

    affine: (x, weight, bias, activation) => {
      const [input, matrix, offset] = [tape.primal(x), tape.primal(weight), tape.primal(bias)]
      // The node of x·weight + bias, whose value is made only where the activation's slope is written with it.
      const before = tape.join([
        { to: x.node, keeps: [matrix], pull: (adjoint) => P.matMul(adjoint, P.transpose(matrix)) },
        { to: weight.node, keeps: [input], pull: (adjoint) => P.matMul(P.transpose(input), adjoint) },
        { to: bias.node, keeps: [], pull: (adjoint) => unbroadcast(P, adjoint, P.shape(offset)) },
      ])
      if (before === undefined || activation === 'identity') return tape.attach(P.affine(input, matrix, offset, activation), before)
      const { from, pull } = slope[activation]
      const inside = from === 'input' ? P.affine(input, matrix, offset, 'identity') : undefined
      const y = inside === undefined ? P.affine(input, matrix, offset, activation) : P.activate(inside, activation)
      const kept = inside ?? y
      return tape.record(y, { to: before, keeps: [kept], pull: (adjoint) => pull(adjoint, kept) })
    },
  }
}
