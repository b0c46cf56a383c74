import {
  type Backend,
  type CloudPosterior,
  type CloudTree,
  type CloudTreePosterior,
  type NoiseLevel,
  type TreeQuery,
  untyped,
} from '@tweedie/core'
import { nearestFound } from './nearest-found.js'

/**
 * A tree whose verified queries are asked of Gaussians only where a point of the cloud is found within (√D + 5)σ: a query of the law of X_t is that near the point it
 * comes from, but for a chance below 1e-6. The others, outside of the cloud or in a hole of it, are given to bounds: no probe resembles them. So are those that a kernel
 * answers with NaN, as one in float32 does at an outlier whose group promises more weight than its points have.
 */
export const guardedTree = <N>(
  B: Backend<N>,
  tree: CloudTree,
  below: CloudTreePosterior<N>,
  bounds: (level: NoiseLevel) => TreeQuery,
): CloudTreePosterior<N> => {
  const P = untyped(B)
  const reach = (Math.sqrt(tree.dimension) + 5) ** 2

  /** The rows near the cloud, and the others. */
  const sorted = (values: Float64Array, { alpha, sigma }: NoiseLevel): { readonly near: number[]; readonly far: number[] } => {
    const rows = { near: [] as number[], far: [] as number[] }
    for (let at = 0, q = 0; at < values.length; at += tree.dimension, q++)
      (nearestFound(tree, values, at, alpha) > reach * sigma * sigma ? rows.far : rows.near).push(q)
    return rows
  }
  /** Places in an answer that are no number, though the query is one: the weight of all that Gaussians promised was not there. */
  const lost = (mean: N, values: (row: number) => Float64Array): number[] => {
    if (P.allFinite?.(mean) !== false) return []
    const found = P.readNow?.(mean) ?? new Float64Array()
    const isLost = (k: number): boolean => Number.isNaN(found[k * tree.dimension]) && values(k).every(Number.isFinite)
    return Array.from({ length: found.length / tree.dimension }, (_, k) => k).filter(isLost)
  }
  /** Asks both parts and puts the rows back in their places. */
  const inParts = <R extends { readonly mean: N }>(x: N, level: NoiseLevel, query: TreeQuery, ask: (x: N, query: TreeQuery) => R): R => {
    const values = P.readNow?.(x)
    if (query.method === 'certified' || level.alpha === 0 || values === undefined) return ask(x, query)
    const { near, far } = sorted(values, level)
    if (near.length === 0) return ask(x, far.length === 0 ? query : bounds(level))
    const first = ask(far.length === 0 ? x : P.takeRows(x, near), query)
    const again = new Set(
      lost(first.mean, (k) => values.subarray((near[k] as number) * tree.dimension, ((near[k] as number) + 1) * tree.dimension)),
    )
    if (far.length + again.size === 0) return first
    const kept = near.map((_, k) => k).filter((k) => !again.has(k))
    const others = [...far, ...Array.from(again, (k) => near[k] as number)]
    const second = ask(P.takeRows(x, others), bounds(level))
    const place = new Uint32Array(kept.length + others.length)
    for (const [k, q] of [...kept.map((each) => near[each] as number), ...others].entries()) place[q] = k
    const join = (name: keyof R): N => P.takeRows(P.concat([P.takeRows(first[name] as N, kept), second[name] as N], 0), place)
    return Object.fromEntries(Object.keys(first).map((name) => [name, join(name as keyof R)])) as R
  }
  return {
    mean: (x, level, query) => P.scope(() => inParts(x, level, query, (rows, by) => ({ mean: below.mean(rows, level, by) })).mean),
    moments: (x, level, query) =>
      P.scope(() => inParts(x, level, query, (rows, by): CloudPosterior<N> => ({ ...below.moments(rows, level, by) }))),
    free: below.free,
  }
}
