import { fold, type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import { squaredDistances } from './pairwise.js'
import { crossPotentials, type Dual, selfPotential } from './sinkhorn/potentials.js'
import { subsampleRows } from './subsample.js'
import { requireAtLeast, requireCount, requireSameColumns, requireSample } from './validate.js'

export interface SinkhornDivergenceOptions {
  /**
   * The weight ε > 0 of the entropy, in squared units of the data; default 0.5 for each column, which suits standardised
   * ones. Smaller sees finer, takes longer, and has a larger value for two samples of one law.
   */
  readonly epsilon?: number
  /** Stops once the marginals of the plan are off by no more than this in total, as a share of the mass; default 1e-4. */
  readonly tolerance?: number
  /** The most iterations of each of the three problems; default 1000. */
  readonly iterations?: number
  /** A larger sample is cut to this many rows, drawn without replacement by `key`. */
  readonly maxRows?: number
  /** Needed with `maxRows`. */
  readonly key?: Key
}

export interface SinkhornDivergence {
  /** In squared units of the data; at least 0 but for what `marginalError` leaves. */
  readonly value: number
  /** Whether all three problems met the tolerance. */
  readonly converged: boolean
  /** The worst of the three. */
  readonly marginalError: number
  /** Of the three together. */
  readonly iterations: number
  readonly epsilon: number
}

const where = 'sinkhornDivergence'

const cut = (matrix: HostMatrix, which: number, { maxRows, key }: SinkhornDivergenceOptions): HostMatrix => {
  if (maxRows === undefined) return matrix
  requireCount(where, 'maxRows', maxRows)
  if (key === undefined) throw tweedieError('InvalidArgument', where, 'maxRows came without a key', 'Pass the key that draws the rows')
  return subsampleRows(matrix, maxRows, fold(key, which))
}

/**
 * The debiased Sinkhorn divergence S_ε(a, b) = OT_ε(a, b) − ½ OT_ε(a, a) − ½ OT_ε(b, b) (Feydy, Séjourné, Vialard, Amari, Trouvé and Peyré
 * 2019), with OT_ε(a, b) = min_π Σ π_ij |a_i − b_j|² + ε KL(π | a ⊗ b): entropic optimal transport with the squared
 * Euclidean cost. It tends to the squared 2-Wasserstein distance W₂² as ε → 0 and to |mean a − mean b|² as ε → ∞, is 0 only
 * for equal samples, and moves as |c|² when a sample is moved by c, at every ε.
 *
 * Solved in the log domain with ε lowered from the largest cost, as they do. `converged` says whether the tolerance was met; where it
 * was not, the value is that of the dual where the iterations ended, too small by about ε times `marginalError`.
 *
 * Standardise the columns first unless they share a unit. Costs rows of a × rows of b an iteration: cut the samples with `maxRows`.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options, `maxRows` without a key) or `NotFinite`.
 */
export const sinkhornDivergence = (a: HostMatrix, b: HostMatrix, options: SinkhornDivergenceOptions = {}): SinkhornDivergence => {
  requireSample(where, 'a', a)
  requireSample(where, 'b', b)
  requireSameColumns(where, ['a', 'b'], a, b)
  const { epsilon = 0.5 * a.columns, tolerance = 1e-4, iterations = 1000 } = options
  requireAtLeast(where, 'epsilon', epsilon, 0, true)
  requireAtLeast(where, 'tolerance', tolerance, 0, true)
  requireCount(where, 'iterations', iterations)
  const [x, y] = [cut(a, 0, options), cut(b, 1, options)]
  const limits = { epsilon, tolerance, iterations }
  const cross = crossPotentials(squaredDistances(x, y), x.rows, y.rows, limits)
  const [ofX, ofY] = [x, y].map((one) => selfPotential(squaredDistances(one, one), one.rows, limits)) as [Dual, Dual]
  const all = [cross, ofX, ofY]
  const marginalError = Math.max(...all.map((dual) => dual.marginalError))
  return {
    value: cross.value - (ofX.value + ofY.value) / 2,
    converged: marginalError <= tolerance,
    marginalError,
    iterations: all.reduce((sum, dual) => sum + dual.iterations, 0),
    epsilon,
  }
}
