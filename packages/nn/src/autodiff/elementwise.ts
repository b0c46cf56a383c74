import type { Primitives } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/** The elementwise operations of one operand. */
export type UnaryName = 'neg' | 'abs' | 'exp' | 'log' | 'sqrt' | 'square' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'erf'

/** An adjoint rule y = f(x) ↦ adjoint · f′(x), written with x or with y, which is then kept. */
type Rule<N> = { readonly from: 'input' | 'output' | 'nothing'; readonly pull: (adjoint: N, kept: N) => N }

const fromInput = <N>(pull: Rule<N>['pull']): Rule<N> => ({ from: 'input', pull })
const fromOutput = <N>(pull: Rule<N>['pull']): Rule<N> => ({ from: 'output', pull })

/** The derivatives. |x| has slope 0 at 0; ln, √ have the slope that their formula gives at 0: infinite. */
const rules = <N>(P: Primitives<N>): Record<UnaryName, Rule<N>> => ({
  neg: { from: 'nothing', pull: (a) => P.neg(a) },
  abs: fromInput((a, x) => P.mul(a, P.sub(P.greater(x, 0), P.greater(0, x)))),
  exp: fromOutput((a, y) => P.mul(a, y)),
  log: fromInput((a, x) => P.div(a, x)),
  sqrt: fromOutput((a, y) => P.div(P.mul(a, 0.5), y)),
  square: fromInput((a, x) => P.mul(P.mul(a, 2), x)),
  sin: fromInput((a, x) => P.mul(a, P.cos(x))),
  cos: fromInput((a, x) => P.neg(P.mul(a, P.sin(x)))),
  tanh: fromOutput((a, y) => P.mul(a, P.sub(1, P.square(y)))),
  sigmoid: fromOutput((a, y) => P.mul(a, P.mul(y, P.sub(1, y)))),
  erf: fromInput((a, x) => P.mul(a, P.mul(P.exp(P.neg(P.square(x))), 2 / Math.sqrt(Math.PI)))),
})

/** Elementwise operations of one operand, differentiable. */
export const elementwise = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, UnaryName> => {
  const lifted = Object.entries(rules(P)).map(([name, { from, pull }]) => [
    name,
    (x: Traced<N>): Traced<N> => {
      const primal = tape.primal(x)
      const y = P[name as UnaryName](primal)
      const kept = from === 'output' ? y : primal
      return tape.record(y, { to: x.node, keeps: from === 'nothing' ? [] : [kept], pull: (adjoint) => pull(adjoint, kept) })
    },
  ])
  return Object.fromEntries(lifted) as Pick<Primitives<Traced<N>>, UnaryName>
}
