import { column, fold, type HostMatrix, inverseNormal, type Key, uniformArray } from '@tweedie/core'
import type { ColumnMap } from './column-map.js'
import { constantColumn } from './standard.js'

/** More knots than this change nothing that a sample of some thousand rows can show. */
const MOST_KNOTS = 4096

/** A fitted column: its map, and the score of every row it was fitted to. */
export interface NormalScores {
  readonly map: ColumnMap
  readonly scores: Float64Array
}

/**
 * Normal scores of a column (van der Waerden): the row of rank r (from 0) among n gets Φ⁻¹((r + ½)/n). Rows with equal values share out
 * their ranks at random by `key`, so a repeated value becomes an interval of scores and no two rows coincide.
 * Throws `InvalidTable` for a constant column.
 */
export const normalScores = (matrix: HostMatrix, j: number, key: Key): NormalScores => {
  const values = column(matrix, j)
  const n = values.length
  const jitter = uniformArray(fold(key, j), n)
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || (jitter[a] as number) - (jitter[b] as number) || a - b,
  )
  const sorted = Float64Array.from(order, (i) => values[i] as number)
  if (sorted[0] === sorted[n - 1]) throw constantColumn(j, sorted[0] as number)
  const scoreOfRank = (rank: number): number => inverseNormal((rank + 0.5) / n)
  const scores = new Float64Array(n)
  order.forEach((row, rank) => {
    scores[row] = scoreOfRank(rank)
  })
  const ranks = knotRanks(sorted)
  return {
    map: {
      values: Float64Array.from(ranks, (rank) => sorted[rank] as number),
      scores: Float64Array.from(ranks, scoreOfRank),
      extend: 'hold',
    },
    scores,
  }
}

/** The ranks kept as knots: all, or evenly spread ones together with the ends of every long run of equal values. */
const knotRanks = (sorted: Float64Array): Uint32Array => {
  const n = sorted.length
  if (n <= MOST_KNOTS) return Uint32Array.from({ length: n }, (_, rank) => rank)
  const kept = new Set<number>()
  for (let k = 0; k < MOST_KNOTS; k++) kept.add(Math.round((k * (n - 1)) / (MOST_KNOTS - 1)))
  const long = n / MOST_KNOTS
  for (let start = 0; start < n; ) {
    let end = start
    while (end + 1 < n && sorted[end + 1] === sorted[start]) end++
    if (end - start >= long) {
      kept.add(start)
      kept.add(end)
    }
    start = end + 1
  }
  return Uint32Array.from(kept).sort()
}
