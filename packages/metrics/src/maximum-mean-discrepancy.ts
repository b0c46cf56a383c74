import { fold, type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import { squaresFrom } from './pairwise.js'
import { sortedQuantile } from './quantile.js'
import { subsampleRows } from './subsample.js'
import { requireAtLeast, requireCount, requireSameColumns, requireSample } from './validate.js'

export interface MaximumMeanDiscrepancyOptions {
  /** Draws the rows of the median heuristic, and those of `maxRows`: the same key, the same number. */
  readonly key: Key
  /** The bandwidth h of the kernel, in the units of the data; the median heuristic when absent. */
  readonly bandwidth?: number
  /** Kernels of these multiples of the bandwidth are added up; default one kernel, of the bandwidth itself. */
  readonly multiples?: readonly number[]
  /** A larger sample is cut to this many rows. The cost is (rows of a + rows of b)² / 2. */
  readonly maxRows?: number
}

export interface MaximumMeanDiscrepancy {
  /** The unbiased estimate of MMD², which is 0 for equal laws: may be below 0. */
  readonly squared: number
  /** Of the first kernel, before the multiples. */
  readonly bandwidth: number
}

const where = 'maximumMeanDiscrepancy'

/** Rows of each sample that enter the median. */
const heuristicRows = 500

/** Σ k(x_i, y_j) over pairs of rows, row i of x from row `first(i)` of y on; k(d²) = Σ e^(rate · d²) over `rates`, which are −1/2h². */
const kernelSum = (x: HostMatrix, y: HostMatrix, first: (i: number) => number, rates: Float64Array): number => {
  const squares = new Float64Array(y.rows)
  let sum = 0
  for (let i = 0; i < x.rows; i++) {
    const begin = first(i)
    squaresFrom(x, i, y, begin, squares)
    for (let j = begin; j < y.rows; j++)
      for (let r = 0; r < rates.length; r++) sum += Math.exp((squares[j] as number) * (rates[r] as number))
  }
  return sum
}

/** |x_i − x_j|² of every pair i < j. */
const pairSquares = (x: HostMatrix): Float64Array => {
  const squares = new Float64Array((x.rows * (x.rows - 1)) / 2)
  const room = new Float64Array(x.rows)
  for (let i = 0, at = 0; i < x.rows; at += x.rows - ++i) {
    squaresFrom(x, i, x, i + 1, room)
    squares.set(room.subarray(i + 1), at)
  }
  return squares
}

/**
 * The median distance between different rows of the pooled samples (Gretton et al. 2012, §8), of at most 500 rows of each. Where half
 * of the distances are 0, the median of the others; 1 when all rows are equal.
 */
export const medianDistance = (a: HostMatrix, b: HostMatrix, key: Key): number => {
  const [x, y] = [subsampleRows(a, heuristicRows, fold(key, 0)), subsampleRows(b, heuristicRows, fold(key, 1))]
  const data = new Float64Array(x.data.length + y.data.length)
  data.set(x.data)
  data.set(y.data, x.data.length)
  const pooled = { data, rows: x.rows + y.rows, columns: a.columns }
  const squares = pairSquares(pooled).sort()
  const middle = sortedQuantile(squares, 0.5)
  if (middle > 0) return Math.sqrt(middle)
  const positive = squares.filter((square) => square > 0)
  return positive.length === 0 ? 1 : Math.sqrt(sortedQuantile(positive, 0.5))
}

/**
 * The squared maximum mean discrepancy with a Gaussian kernel e^(−|x − y|²/2h²), by the unbiased U-statistic (Gretton, Borgwardt, Rasch,
 * Schölkopf and Smola 2012, eq. 3): mean k over pairs within a, plus within b, less twice the mean across. The bandwidth is the median
 * distance unless given; with `multiples` several kernels are added, which sees differences of several sizes.
 *
 * For N(µ₁, s₁² I) and N(µ₂, s₂² I) in d columns E k = (h²/v)^(d/2) e^(−|µ₁ − µ₂|²/2v) across, v = h² + s₁² + s₂². Standardise the
 * columns first unless they share a unit.
 *
 * Needs 2 rows of each. Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options) or `NotFinite`.
 */
export const maximumMeanDiscrepancy = (
  a: HostMatrix,
  b: HostMatrix,
  { key, bandwidth, multiples = [1], maxRows }: MaximumMeanDiscrepancyOptions,
): MaximumMeanDiscrepancy => {
  requireSample(where, 'a', a, 2)
  requireSample(where, 'b', b, 2)
  requireSameColumns(where, ['a', 'b'], a, b)
  if (bandwidth !== undefined) requireAtLeast(where, 'bandwidth', bandwidth, 0, true)
  if (multiples.length === 0) throw tweedieError('InvalidArgument', where, 'no multiples', 'Leave them out, or name at least one')
  for (const multiple of multiples) requireAtLeast(where, 'a multiple', multiple, 0, true)
  if (maxRows !== undefined) requireCount(where, 'maxRows', maxRows, 2)
  const keep = (matrix: HostMatrix, which: number): HostMatrix =>
    maxRows === undefined ? matrix : subsampleRows(matrix, maxRows, fold(key, which))
  const [x, y] = [keep(a, 2), keep(b, 3)]
  const h = bandwidth ?? medianDistance(x, y, key)
  const rates = Float64Array.from(multiples, (multiple) => -1 / (2 * (multiple * h) ** 2))
  const within = (one: HostMatrix): number => kernelSum(one, one, (i) => i + 1, rates) / ((one.rows * (one.rows - 1)) / 2)
  const across = kernelSum(x, y, () => 0, rates) / x.rows / y.rows
  return { squared: within(x) + within(y) - 2 * across, bandwidth: h }
}
