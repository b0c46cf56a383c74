import { fromRows, type HostMatrix, hostMatrix, type Key, takeRows, tweedieError, uniformArray } from '@tweedie/core'
import { quadratureLaw } from './quadrature-law.js'
import type { Support } from './support.js'
import { requireRows, requireWhole } from './validate.js'

/** A cloud of points as a support. */
export interface PointSupport extends Support {
  /** The points, [N, D]. */
  readonly points: HostMatrix
  readonly nearest: (x: HostMatrix) => Uint32Array
}

/**
 * Finitely many points with weights, equal when left out; the law is exact (paper B, eq. (64) and (78)) and needs σ > 0. Distances are found by looking at
 * every point; of two at the same distance `nearest` takes the first.
 *
 * Throws `InvalidTable` for no points, `NotFinite` for a hole, `ShapeMismatch` for another number of weights than of points, `InvalidArgument` for a weight
 * that is not positive and finite.
 */
export const points = (table: HostMatrix, weights?: ArrayLike<number>): PointSupport => {
  const { rows: count, columns, data } = table
  if (count < 1 || columns < 1)
    throw tweedieError('InvalidTable', 'points', `${count} points of ${columns} columns`, 'Give at least one of each')
  requireRows('points', table, columns)
  const shares = weights && cumulative(weights, count)

  const search = (where: string, x: HostMatrix): { squares: Float64Array; numbers: Uint32Array } => {
    requireRows(where, x, columns)
    const [squares, numbers] = [new Float64Array(x.rows), new Uint32Array(x.rows)]
    for (let i = 0; i < x.rows; i++) {
      let least = Number.POSITIVE_INFINITY
      for (let k = 0; k < count; k++) {
        let square = 0
        for (let j = 0; j < columns; j++) square += ((x.data[i * columns + j] as number) - (data[k * columns + j] as number)) ** 2
        if (square < least) {
          least = square
          numbers[i] = k
        }
      }
      squares[i] = least
    }
    return { squares, numbers }
  }

  return {
    name: 'points',
    dimension: columns,
    intrinsicDimension: 0,
    points: table,
    sample: (key, drawn) =>
      takeRows(
        table,
        uniformArray(key, drawn).map((u) =>
          shares === undefined ? Math.floor(u * count) : Math.min(count - 1, firstAbove(shares, u * (shares[count - 1] as number))),
        ),
      ),
    distances: (x) => search('points, distances', x).squares.map(Math.sqrt),
    nearest: (x) => search('points, nearest', x).numbers,
    law: (B) =>
      quadratureLaw(B, 'points', [{ points: table, width: 0, ...(weights && { logWeights: Float64Array.from(weights, Math.log) }) }]),
  }
}

/** Points drawn uniformly from the unit cube [0, 1]^d (paper B, Figures 5 and 7). Throws `InvalidArgument` unless n and d are whole numbers ≥ 1. */
export const randomPoints = (key: Key, n: number, d: number): PointSupport => {
  requireWhole('randomPoints', 'number of points', n, 1)
  requireWhole('randomPoints', 'dimension', d, 1)
  return { ...points(hostMatrix(uniformArray(key, n * d), n, d)), name: `${n} points` }
}

/** The eight points of the circle of radius 2 with x₁ ∈ {−2, −1.2, 0, 1.2, 2} (paper B, Figure 6). */
export const eightPoints = (): PointSupport => ({
  ...points(
    fromRows(
      [-2, -1.2, 0, 1.2, 2].flatMap((x) => (Math.abs(x) === 2 ? [[x, 0]] : [1, -1].map((sign) => [x, sign * Math.sqrt(4 - x * x)]))),
    ),
  ),
  name: 'eight points',
})

const cumulative = (weights: ArrayLike<number>, count: number): Float64Array => {
  if (weights.length !== count)
    throw tweedieError('ShapeMismatch', 'points', `${weights.length} weights for ${count} points`, 'Give one weight per point')
  let sum = 0
  return Float64Array.from(weights, (weight, k) => {
    if (!(weight > 0 && Number.isFinite(weight)))
      throw tweedieError(
        'InvalidArgument',
        'points',
        `weight ${weight} of point ${k}`,
        'Use positive, finite weights, or leave the point out',
      )
    sum += weight
    return sum
  })
}

/** The first index whose value exceeds u. */
const firstAbove = (increasing: Float64Array, u: number): number => {
  let [low, high] = [0, increasing.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((increasing[middle] as number) > u) high = middle
    else low = middle + 1
  }
  return low
}
