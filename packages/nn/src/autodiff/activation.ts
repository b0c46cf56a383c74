import { type Activation, type Kernels, type Primitives, requireActivation, slopeFrom } from '@tweedie/core'
import type { Link } from './run.js'
import type { Tape } from './tape.js'
import type { Derivative, Traced } from './traced.js'
import { unbroadcast } from './unbroadcast.js'

/** The fused layer and its activation, differentiable: forwards B's own kernels, backwards one slope and at most two products. */
export const activations = <N>(P: Primitives<N> & Kernels<N>, tape: Tape<N>): Pick<Kernels<Traced<N>>, 'activate' | 'affine'> => {
  /** y = activation(x), where `inside` says how x depends on the parameters. The Jacobian is diagonal: one kernel goes both ways. */
  const activated = (y: N, x: N | undefined, activation: Activation, inside: Derivative<N> | undefined): Traced<N> => {
    const kept = slopeFrom[activation] === 'output' ? y : (x as N)
    const through = (v: N): N => P.activationGradient(v, kept, activation)
    return tape.record(y, { to: inside, keeps: [kept], pull: through, push: through })
  }

  return {
    activate: (x, activation) => {
      if (activation === 'identity') return x
      const primal = tape.primal(x)
      return activated(P.activate(primal, activation), primal, activation, x.derivative)
    },

    affine: (x, weight, bias, activation) => {
      requireActivation('affine', activation)
      const [input, matrix, offset] = [tape.primal(x), tape.primal(weight), tape.primal(bias)]
      const shape = P.shape(offset)
      const links: readonly Link<N>[] = [
        { to: x.derivative, keeps: [matrix], pull: (v) => P.matMul(v, P.transpose(matrix)), push: (v) => P.matMul(v, matrix) },
        { to: weight.derivative, keeps: [input], pull: (v) => P.matMul(P.transpose(input), v), push: (v) => P.matMul(input, v) },
        { to: bias.derivative, keeps: [], pull: (v) => unbroadcast(P, v, shape), push: (v) => v },
      ]
      const constant = links.every(({ to }) => to === undefined)
      if (constant || activation === 'identity') return tape.record(P.affine(input, matrix, offset, activation), ...links)
      // The value of x·weight + bias is made only where the activation's slope is written with it.
      const inside = slopeFrom[activation] === 'input' ? P.affine(input, matrix, offset, 'identity') : undefined
      const y = inside === undefined ? P.affine(input, matrix, offset, activation) : P.activate(inside, activation)
      return activated(y, inside, activation, tape.join(P.shape(y), ...links))
    },
  }
}
