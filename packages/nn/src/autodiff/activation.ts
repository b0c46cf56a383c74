import { type Activation, type Kernels, type Primitives, requireActivation } from '@tweedie/core'
import type { SlopeRule } from './elementwise.js'
import type { Link } from './run.js'
import type { Tape } from './tape.js'
import type { Derivative, Traced } from './traced.js'
import { unbroadcast } from './unbroadcast.js'

/**
 * v · activation′, from what is kept: the output where it suffices (tanh′ = 1 − y², relu′ = [y > 0], so 0 at the kink), the input otherwise:
 * silu′ = s(1 + x(1 − s)) with s = 1/(1 + e⁻ˣ), gelu′ = Φ(x) + x φ(x).
 */
const slopes = <N>(P: Primitives<N>): Record<Exclude<Activation, 'identity'>, SlopeRule<N>> => ({
  tanh: { from: 'output', times: (v, y) => P.mul(v, P.sub(1, P.square(y))) },
  relu: { from: 'output', times: (v, y) => P.where(P.greater(y, 0), v, 0) },
  silu: {
    from: 'input',
    times: (v, x) => {
      const s = P.sigmoid(x)
      return P.mul(v, P.mul(s, P.add(P.mul(x, P.sub(1, s)), 1)))
    },
  },
  gelu: {
    from: 'input',
    times: (v, x) => {
      const below = P.mul(P.add(P.erf(P.mul(x, Math.SQRT1_2)), 1), 0.5)
      const density = P.mul(P.exp(P.mul(P.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return P.mul(v, P.add(below, P.mul(x, density)))
    },
  },
})

/** The fused layer and its activation, differentiable: forwards B's own kernels, backwards one slope and at most two products. */
export const activations = <N>(P: Primitives<N> & Kernels<N>, tape: Tape<N>): Pick<Kernels<Traced<N>>, 'activate' | 'affine'> => {
  const slope = slopes(P)

  /** y = activation(x), where `inside` says how x depends on the parameters. */
  const activated = (y: N, x: N | undefined, { from, times }: SlopeRule<N>, inside: Derivative<N> | undefined): Traced<N> => {
    const kept = from === 'output' ? y : (x as N)
    const through = (v: N): N => times(v, kept)
    return tape.record(y, { to: inside, keeps: [kept], pull: through, push: through })
  }

  return {
    activate: (x, activation) => {
      if (activation === 'identity') return x
      const primal = tape.primal(x)
      return activated(P.activate(primal, activation), primal, slope[activation], x.derivative)
    },

    affine: (x, weight, bias, activation) => {
      requireActivation('affine', activation)
      const [input, matrix, offset] = [tape.primal(x), tape.primal(weight), tape.primal(bias)]
      const links: readonly Link<N>[] = [
        { to: x.derivative, keeps: [matrix], pull: (v) => P.matMul(v, P.transpose(matrix)), push: (v) => P.matMul(v, matrix) },
        { to: weight.derivative, keeps: [input], pull: (v) => P.matMul(P.transpose(input), v), push: (v) => P.matMul(input, v) },
        { to: bias.derivative, keeps: [], pull: (v) => unbroadcast(P, v, P.shape(offset)), push: (v) => v },
      ]
      const constant = links.every(({ to }) => to === undefined)
      if (constant || activation === 'identity') return tape.record(P.affine(input, matrix, offset, activation), ...links)
      // The value of x·weight + bias is made only where the activation's slope is written with it.
      const rule = slope[activation]
      const inside = rule.from === 'input' ? P.affine(input, matrix, offset, 'identity') : undefined
      const y = inside === undefined ? P.affine(input, matrix, offset, activation) : P.activate(inside, activation)
      return activated(y, inside, rule, tape.join(P.shape(y), ...links))
    },
  }
}
