import type { Primitives } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/** The elementwise operations of one operand. */
export type UnaryName = 'neg' | 'abs' | 'exp' | 'log' | 'sqrt' | 'square' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'erf'

/**
 * A rule y = f(x) ↦ v · f′(x), written with x or with y, which is then kept. The Jacobian is diagonal, so one formula takes an adjoint back
 * and a tangent on.
 */
export interface SlopeRule<N> {
  readonly from: 'input' | 'output' | 'nothing'
  readonly times: (v: N, kept: N) => N
}

const fromInput = <N>(times: SlopeRule<N>['times']): SlopeRule<N> => ({ from: 'input', times })
const fromOutput = <N>(times: SlopeRule<N>['times']): SlopeRule<N> => ({ from: 'output', times })

/** The derivatives. |x| has slope 0 at 0; ln, √ have the slope that their formula gives at 0: infinite. */
const rules = <N>(P: Primitives<N>): Record<UnaryName, SlopeRule<N>> => ({
  neg: { from: 'nothing', times: (v) => P.neg(v) },
  abs: fromInput((v, x) => P.mul(v, P.sub(P.greater(x, 0), P.greater(0, x)))),
  exp: fromOutput((v, y) => P.mul(v, y)),
  log: fromInput((v, x) => P.div(v, x)),
  sqrt: fromOutput((v, y) => P.div(P.mul(v, 0.5), y)),
  square: fromInput((v, x) => P.mul(P.mul(v, 2), x)),
  sin: fromInput((v, x) => P.mul(v, P.cos(x))),
  cos: fromInput((v, x) => P.neg(P.mul(v, P.sin(x)))),
  tanh: fromOutput((v, y) => P.mul(v, P.sub(1, P.square(y)))),
  sigmoid: fromOutput((v, y) => P.mul(v, P.mul(y, P.sub(1, y)))),
  erf: fromInput((v, x) => P.mul(v, P.mul(P.exp(P.neg(P.square(x))), 2 / Math.sqrt(Math.PI)))),
})

/** Elementwise operations of one operand, differentiable. */
export const elementwise = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, UnaryName> => {
  const lifted = Object.entries(rules(P)).map(([name, { from, times }]) => [
    name,
    (x: Traced<N>): Traced<N> => {
      const primal = tape.primal(x)
      const y = P[name as UnaryName](primal)
      const kept = from === 'output' ? y : primal
      const slope = (v: N): N => times(v, kept)
      return tape.record(y, { to: x.derivative, keeps: from === 'nothing' ? [] : [kept], pull: slope, push: slope })
    },
  ])
  return Object.fromEntries(lifted) as Pick<Primitives<Traced<N>>, UnaryName>
}
