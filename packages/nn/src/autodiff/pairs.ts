import type { Primitives } from '@tweedie/core'
import type { Link } from './run.js'
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
  /**
   * How the operation depends on one side: `times` is the slope times v. In the broadcast shape the Jacobian is diagonal, so one formula
   * takes an adjoint back, then summed to the side's own shape, and a tangent on.
   */
  interface Side {
    readonly keeps: (a: Value, b: Value, y: N) => readonly Value[]
    readonly times: (v: N, a: Value, b: Value, y: N) => N
  }
  const none = (): readonly Value[] => []

  /** The link to an operand that the operation stretched, by its slope in the broadcast shape. */
  const stretched = (operand: Operand<N>, value: Value, keeps: readonly Value[], slope: (v: N) => N): Link<N> => {
    const shape = typeof value === 'number' ? [] : P.shape(value)
    return { to: tape.derivativeOf(operand), keeps, pull: (adjoint) => unbroadcast(P, slope(adjoint), shape), push: slope }
  }

  const pair =
    (operation: (a: Value, b: Value) => N, left: Side, right: Side) =>
    (a: Operand<N>, b: Operand<N>): Traced<N> => {
      const [x, z] = [tape.primal(a), tape.primal(b)]
      const y = operation(x, z)
      const link = (operand: Operand<N>, value: Value, side: Side): Link<N> =>
        stretched(operand, value, side.keeps(x, z, y), (v) => side.times(v, x, z, y))
      return tape.record(y, link(a, x, left), link(b, z, right))
    }

  /** 1 where a wins, ½ where they tie, 0 where it loses. */
  const share = (a: Value, b: Value): N => P.add(P.greater(a, b), P.mul(P.equal(a, b), 0.5))
  const both = (a: Value, b: Value): readonly Value[] => [a, b]

  const where: Primitives<Traced<N>>['where'] = (condition, a, b) => {
    const test = tape.primal(condition)
    const [x, z] = [tape.primal(a), tape.primal(b)]
    return tape.record(
      P.where(test, x, z),
      stretched(a, x, [test], (v) => P.where(test, v, 0)),
      stretched(b, z, [test], (v) => P.where(test, 0, v)),
    )
  }

  return {
    add: pair(P.add, { keeps: none, times: (v) => v }, { keeps: none, times: (v) => v }),
    sub: pair(P.sub, { keeps: none, times: (v) => v }, { keeps: none, times: (v) => P.neg(v) }),
    mul: pair(P.mul, { keeps: (_, b) => [b], times: (v, _, b) => P.mul(v, b) }, { keeps: (a) => [a], times: (v, a) => P.mul(v, a) }),
    div: pair(
      P.div,
      { keeps: (_, b) => [b], times: (v, _, b) => P.div(v, b) },
      { keeps: (_, b, y) => [b, y], times: (v, _, b, y) => P.neg(P.div(P.mul(v, y), b)) },
    ),
    maximum: pair(
      P.maximum,
      { keeps: both, times: (v, a, b) => P.mul(v, share(a, b)) },
      { keeps: both, times: (v, a, b) => P.mul(v, share(b, a)) },
    ),
    minimum: pair(
      P.minimum,
      { keeps: both, times: (v, a, b) => P.mul(v, share(b, a)) },
      { keeps: both, times: (v, a, b) => P.mul(v, share(a, b)) },
    ),
    greater: (a, b) => tape.constant(P.greater(tape.primal(a), tape.primal(b))),
    equal: (a, b) => tape.constant(P.equal(tape.primal(a), tape.primal(b))),
    where,
  }
}
