import type { Cloud, NoiseLevel, Primitives } from '@tweedie/core'
import type { CloudSums } from './finish.js'

/** Numbers in the matrix of a tile of queries and a tile of points: 1 MiB, and about six such matrices at once, whatever the cloud. */
const tileNumbers = 1 << 18
/** Points in a tile at most, so that sums over many points are made of sums over few: a plain sum of n numbers loses up to n units. */
const mostPoints = 8192
const mostQueries = 256

/** The sums over the points so far: each column [Q, 1], the mean [Q, D]. */
type Running<N> = Readonly<Record<'top' | 'total' | 'squares' | 'mean' | 'spread', N>>

/** Σ v, columns of a matrix one by one: what they make of it, added. */
const overColumns = <N>(P: Primitives<N>, dimension: number, each: (j: number) => N): N => {
  let total = P.scope(() => each(0))
  for (let j = 1; j < dimension; j++) {
    const before = total
    total = P.scope(() => P.add(before, each(j)))
    P.free(before)
  }
  return total
}

/**
 * The weighted mean of a tile of points and the sum of squares about it: first the mean by a product, then Σ w (y − mean), which takes away what the product
 * has rounded.
 */
const meanOfTile = <N>(P: Primitives<N>, weights: N, total: N, points: N, columns: N): { mean: N; spread: N } => {
  const dimension = P.shape(points)[1] as number
  const safe = P.where(P.equal(total, 0), 1, total)
  const rough = P.div(P.matMul(weights, points), safe)
  const parts = Array.from({ length: dimension }, (_, j) =>
    P.scope(() => {
      const from = P.sub(P.slice(columns, 0, j, j + 1), P.slice(rough, 1, j, j + 1))
      const weighted = P.mul(weights, from)
      return { shift: P.div(P.sum(weighted, 1, true), safe), square: P.sum(P.mul(weighted, from), 1, true) }
    }),
  )
  const shift = P.concat(
    parts.map((part) => part.shift),
    1,
  )
  const square = P.sum(
    P.concat(
      parts.map((part) => part.square),
      1,
    ),
    1,
    true,
  )
  const about = P.sub(square, P.mul(total, P.sum(P.square(shift), 1, true)))
  return { mean: P.add(rough, shift), spread: P.maximum(about, 0) }
}

/** Two sets of weighted points as one: Chan, Golub & LeVeque 1979, eq. 2.1, from whichever set weighs more. */
const merged = <N>(P: Primitives<N>, a: Running<N>, b: Running<N>): Running<N> => {
  // Where no point has counted yet both maxima are −Infinity, which cannot be subtracted; 0 can.
  const top = P.maximum(a.top, b.top)
  const shift = P.where(P.equal(top, Number.NEGATIVE_INFINITY), 0, top)
  const [ofA, ofB] = [P.exp(P.sub(a.top, shift)), P.exp(P.sub(b.top, shift))]
  const [inA, inB] = [P.mul(a.total, ofA), P.mul(b.total, ofB)]
  const total = P.add(inA, inB)
  const safe = P.where(P.equal(total, 0), 1, total)
  const [shareA, shareB] = [P.div(inA, safe), P.div(inB, safe)]
  const apart = P.sub(b.mean, a.mean)
  const mean = P.where(P.greater(shareB, shareA), P.sub(b.mean, P.mul(apart, shareA)), P.add(a.mean, P.mul(apart, shareB)))
  const between = P.mul(P.mul(inA, shareB), P.sum(P.square(apart), 1, true))
  return {
    top,
    total,
    squares: P.add(P.mul(a.squares, P.square(ofA)), P.mul(b.squares, P.square(ofB))),
    mean,
    spread: P.add(P.add(P.mul(a.spread, ofA), P.mul(b.spread, ofB)), between),
  }
}

/** The sums of a tile of queries over a tile of points. */
const ofTile = <N>(P: Primitives<N>, x: N, points: N, logWeights: N | undefined, { alpha, sigma }: NoiseLevel): Running<N> => {
  const [count, dimension] = P.shape(points) as [number, number]
  const columns = P.transpose(points)
  const moved = P.mul(columns, alpha)
  // Divided by σ before it is squared: σ² of 1e-6 and differences of 1e3 are both in range.
  const quadratic = overColumns(P, dimension, (j) =>
    P.square(P.mul(P.sub(P.slice(x, 1, j, j + 1), P.slice(moved, 0, j, j + 1)), Math.SQRT1_2 / sigma)),
  )
  const logits = logWeights === undefined ? P.neg(quadratic) : P.sub(P.reshape(logWeights, [1, count]), quadratic)
  const top = P.max(logits, 1, true)
  const weights = P.exp(P.sub(logits, P.where(P.equal(top, Number.NEGATIVE_INFINITY), 0, top)))
  const total = P.sum(weights, 1, true)
  return { top, total, squares: P.sum(P.square(weights), 1, true), ...meanOfTile(P, weights, total, points, columns) }
}

/** The sums of some queries over the whole cloud, tile by tile with a running maximum. */
const ofQueries = <N>(P: Primitives<N>, x: N, { points, logWeights }: Cloud<N>, level: NoiseLevel): CloudSums<N> => {
  const [[queries, dimension], count] = [P.shape(x) as [number, number], P.shape(points)[0] as number]
  const length = Math.min(mostPoints, Math.ceil(tileNumbers / queries))
  const tile = (from: number): Running<N> => {
    const to = Math.min(count, from + length)
    return ofTile(P, x, P.slice(points, 0, from, to), logWeights === undefined ? undefined : P.slice(logWeights, 0, from, to), level)
  }
  let running = P.scope(() => tile(0))
  for (let from = length; from < count; from += length) {
    const before = running
    running = P.scope(() => merged(P, before, tile(from)))
    for (const each of Object.values(before)) P.free(each)
  }
  return P.scope(() => {
    const column = (x: N): N => P.reshape(x, [queries])
    // NaN where every point is left out.
    const share = P.div(running.total, running.total)
    return {
      mean: P.mul(running.mean, P.broadcastTo(share, [queries, dimension])),
      top: column(running.top),
      total: column(running.total),
      squares: column(running.squares),
      trace: column(P.div(running.spread, running.total)),
    }
  })
}

/** The sums in the primitives alone, in tiles of queries × points: no more than a few matrices of 2¹⁸ numbers at once. M and D positive. */
export const tiledSums = <N>(P: Primitives<N>, x: N, cloud: Cloud<N>, level: NoiseLevel): CloudSums<N> => {
  const queries = P.shape(x)[0] as number
  const parts: CloudSums<N>[] = []
  for (let from = 0; from < queries; from += mostQueries)
    parts.push(P.scope(() => ofQueries(P, P.slice(x, 0, from, Math.min(queries, from + mostQueries)), cloud, level)))
  const all = (name: keyof CloudSums<N>): N =>
    P.concat(
      parts.map((part) => part[name]),
      0,
    )
  return { mean: all('mean'), top: all('top'), total: all('total'), squares: all('squares'), trace: all('trace') }
}
