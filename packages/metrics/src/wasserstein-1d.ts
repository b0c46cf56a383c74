import { powerMean, quantileCoupling } from './quantile-coupling.js'
import { sortedSample } from './sorted-sample.js'
import { requireAtLeast } from './validate.js'

export interface Wasserstein1dOptions {
  /** Weight of each value of `u`, at least 0, of any scale; equal when absent. */
  readonly uWeights?: ArrayLike<number>
  /** Weight of each value of `v`. */
  readonly vWeights?: ArrayLike<number>
  /** The power p ≥ 1 of the distance; default 1. */
  readonly order?: number
}

/**
 * The p-Wasserstein distance between two samples on the line, W_p = (∫₀¹ |F⁻¹(q) − G⁻¹(q)|^p dq)^(1/p), in the units of the values.
 * Exact for any sizes and weights (no resampling). With order 1 it is ∫ |F − G| dx, SciPy's `wasserstein_distance`.
 *
 * Throws `InvalidArgument` (empty, negative weight, order below 1), `ShapeMismatch` (number of weights) or `NotFinite`.
 */
export const wasserstein1d = (
  u: ArrayLike<number>,
  v: ArrayLike<number>,
  { uWeights, vWeights, order = 1 }: Wasserstein1dOptions = {},
): number => {
  requireAtLeast('wasserstein1d', 'order', order, 1)
  const { distances, masses } = quantileCoupling(
    sortedSample('wasserstein1d', 'u', u, uWeights),
    sortedSample('wasserstein1d', 'v', v, vWeights),
  )
  return powerMean(distances, masses, order)
}
