import type { Primitives } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Operand, Traced } from './traced.js'
import { unbroadcast } from './unbroadcast.js'

type PairName = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'equal' | 'where'

/**
 * Elementwise operations of two operands, differentiable. An operand that was stretched gets the sum over the stretched axes.
 * `maximum` and `minimum` give each side of a tie half; `greater`, `equal` and the condition of `where` are piecewise constant, so
 * their results are constants.
 */
export const pairs = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, PairName> => {
  type Value = N | number
  /** How the operation depends on one side: `pull` in the broadcast shape, summed to the side's own. */
  interface Side {
    readonly keeps: (a: Value, b: Value, y: N) => readonly Value[]
    readonly pull: (adjoint: N, a: Value, b: Value, y: N) => N
  }
  const none = (): readonly Value[] => []

  const pair =
    (operation: (a: Value, b: Value) => N, left: Side, right: Side) =>
    (a: Operand<N>, b: Operand<N>): Traced<N> => {
      const [x, z] = [tape.primal(a), tape.primal(b)]
      const y = operation(x, z)
      const link = (operand: Operand<N>, value: Value, side: Side) => {
        const shape = typeof value === 'number' ? [] : P.shape(value)
        return {
          to: tape.nodeOf(operand),
          keeps: side.keeps(x, z, y),
          pull: (adjoint: N) => unbroadcast(P, side.pull(adjoint, x, z, y), shape),
        }
      }
      return tape.record(y, link(a, x, left), link(b, z, right))
    }

  /** 1 where a wins, ½ where they tie, 0 where it loses. */
  const share = (a: Value, b: Value): N => P.add(P.greater(a, b), P.mul(P.equal(a, b), 0.5))
  const both = (a: Value, b: Value): readonly Value[] => [a, b]

  const where: Primitives<Traced<N>>['where'] = (condition, a, b) => {
    const test = tape.primal(condition)
    const [x, z] = [tape.primal(a), tape.primal(b)]
    const link = (operand: Operand<N>, value: Value, select: (adjoint: N) => N) => {
      const shape = typeof value === 'number' ? [] : P.shape(value)
      return { to: tape.nodeOf(operand), keeps: [test], pull: (adjoint: N) => unbroadcast(P, select(adjoint), shape) }
    }
    return tape.record(
      P.where(test, x, z),
      link(a, x, (adjoint) => P.where(test, adjoint, 0)),
      link(b, z, (adjoint) => P.where(test, 0, adjoint)),
    )
  }

  return {
    add: pair(P.add, { keeps: none, pull: (g) => g }, { keeps: none, pull: (g) => g }),
    sub: pair(P.sub, { keeps: none, pull: (g) => g }, { keeps: none, pull: (g) => P.neg(g) }),
    mul: pair(P.mul, { keeps: (_, b) => [b], pull: (g, _, b) => P.mul(g, b) }, { keeps: (a) => [a], pull: (g, a) => P.mul(g, a) }),
    div: pair(
      P.div,
      { keeps: (_, b) => [b], pull: (g, _, b) => P.div(g, b) },
      { keeps: (_, b, y) => [b, y], pull: (g, _, b, y) => P.neg(P.div(P.mul(g, y), b)) },
    ),
    maximum: pair(
      P.maximum,
      { keeps: both, pull: (g, a, b) => P.mul(g, share(a, b)) },
      { keeps: both, pull: (g, a, b) => P.mul(g, share(b, a)) },
    ),
    minimum: pair(
      P.minimum,
      { keeps: both, pull: (g, a, b) => P.mul(g, share(b, a)) },
      { keeps: both, pull: (g, a, b) => P.mul(g, share(a, b)) },
    ),
    greater: (a, b) => tape.constant(P.greater(tape.primal(a), tape.primal(b))),
    equal: (a, b) => tape.constant(P.equal(tape.primal(a), tape.primal(b))),
    where,
  }
}
