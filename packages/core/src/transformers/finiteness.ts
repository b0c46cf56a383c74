import type { Operations } from '../backend/operations.js'

/** How far from finite: 0 where every element is finite, 1 where one is infinite and none NaN, 2 where one is NaN. */
export type Level = 0 | 1 | 2

export const levelOfNumber = (value: number): Level => (Number.isNaN(value) ? 2 : Number.isFinite(value) ? 0 : 1)

export const highest = (levels: Iterable<Level>): Level => {
  let top: Level = 0
  for (const level of levels) if (level > top) top = level
  return top
}

/**
 * The level of a tensor whose numbers can be looked at at once. Tensors do not change, so each is looked at once; two more operations
 * tell an infinity from a NaN where there is one.
 */
export const levelsAtOnce = <N>(P: Operations<N>, allFinite: (x: N) => boolean): ((x: N) => Level) => {
  const known = new WeakMap<object, Level>()
  const look = (x: N): Level => {
    if (allFinite(x)) return 0
    return P.scope(() => allFinite(P.where(P.equal(x, x), 0, Number.POSITIVE_INFINITY))) ? 1 : 2
  }
  return (x) => {
    const found = known.get(x as object) ?? look(x)
    known.set(x as object, found)
    return found
  }
}

/**
 * The level of a tensor as a scalar tensor, for a backend that answers later; −Infinity for an empty one. Comparisons alone look at x:
 * they give no derivative, so a backend that differentiates records nothing.
 */
export const levelTensor = <N>(P: Operations<N>, x: N): N => {
  const finite = P.mul(P.greater(x, Number.NEGATIVE_INFINITY), P.greater(Number.POSITIVE_INFINITY, x))
  return P.max(P.sub(2, P.add(finite, P.equal(x, x))))
}

/**
 * Operations whose results are no further from finite than their operands, whatever these are: on a backend that answers later they
 * are not asked.
 */
export const keepsLevel: ReadonlySet<string> = new Set([
  ...['tensor', 'full', 'normal', 'neg', 'abs', 'tanh', 'sigmoid', 'erf', 'maximum', 'minimum', 'greater', 'equal', 'where'],
  ...['reshape', 'transpose', 'broadcastTo', 'slice', 'concat', 'takeRows'],
])
