import { fold, type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import { squaresFrom } from './pairwise.js'
import { subsampleRows } from './subsample.js'
import { requireCount, requireSameColumns, requireSample } from './validate.js'

export interface EnergyDistanceOptions {
  /** A larger sample is cut to this many rows, drawn without replacement by `key`. The cost is rows of a × rows of b. */
  readonly maxRows?: number
  /** Needed with `maxRows`. */
  readonly key?: Key
}

/** Σ |a_i − b_j| over all pairs, row i of a from row `first(i)` of b on. */
const distanceSum = (a: HostMatrix, b: HostMatrix, first: (i: number) => number): number => {
  const squares = new Float64Array(b.rows)
  let total = 0
  for (let i = 0; i < a.rows; i++) {
    const begin = first(i)
    squaresFrom(a, i, b, begin, squares)
    let sum = 0
    for (let j = begin; j < b.rows; j++) sum += Math.sqrt(squares[j] as number)
    total += sum
  }
  return total
}

/** Mean of |a_i − b_j| over all pairs. */
const meanCrossDistance = (a: HostMatrix, b: HostMatrix): number => distanceSum(a, b, () => 0) / a.rows / b.rows

/** Mean of |a_i − a_j| over all pairs, those with i = j included (they are 0). */
const meanSelfDistance = (a: HostMatrix): number => (2 * distanceSum(a, a, (i) => i + 1)) / a.rows / a.rows

const cut = (matrix: HostMatrix, which: number, { maxRows, key }: EnergyDistanceOptions): HostMatrix => {
  if (maxRows === undefined) return matrix
  requireCount('energyDistance', 'maxRows', maxRows)
  if (key === undefined)
    throw tweedieError('InvalidArgument', 'energyDistance', 'maxRows came without a key', 'Pass the key that draws the rows')
  return subsampleRows(matrix, maxRows, fold(key, which))
}

/**
 * Székely's energy distance between samples in any dimension, **squared**: D² = 2 E|X − Y| − E|X − X′| − E|Y − Y′| with Euclidean
 * lengths (Székely and Rizzo 2013, eq. 5), in the units of the data. It is at least 0 (rounding below 0 is returned as 0), and 0 only
 * for equal distributions.
 *
 * The expectations are means over all pairs, i = j included (the V-statistic), so two samples of n rows from one distribution give
 * about E|X − X′|·2/n and not 0: compare it with the same number for real data of the same sizes.
 *
 * In one column it equals `energyDistance1d` **squared**; that one is SciPy's and takes weights.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, `maxRows` below 1 or without a key) or `NotFinite`.
 */
export const energyDistance = (a: HostMatrix, b: HostMatrix, options: EnergyDistanceOptions = {}): number => {
  requireSample('energyDistance', 'a', a)
  requireSample('energyDistance', 'b', b)
  requireSameColumns('energyDistance', ['a', 'b'], a, b)
  const x = cut(a, 0, options)
  const y = cut(b, 1, options)
  return Math.max(0, 2 * meanCrossDistance(x, y) - meanSelfDistance(x) - meanSelfDistance(y))
}
