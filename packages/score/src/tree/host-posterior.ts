import { type CloudLevel, type CloudTree, type NoiseLevel, requireNoise, type TreeQuery, tweedieError } from '@tweedie/core'
import { largestSquaredDistance } from './box-distance.js'
import { certifiedSum } from './certified.js'
import { clearSum, logWeightOf, posteriorSum } from './posterior-sum.js'
import { verifiedSum } from './verified.js'
import type { Visits } from './visits.js'

/** The posterior over a cloud by its tree, per query, and what it took. */
export interface HostPosterior {
  /** [M, D] */
  readonly mean: Float64Array
  /** [M] each. */
  readonly logDensity: Float64Array
  readonly covarianceTrace: Float64Array
  readonly effectiveSampleSize: Float64Array
  /** Groups looked at and points summed, over all queries. */
  readonly visits: Visits
}

/**
 * Evaluates a tree in float64 on the host, one query of x [M, D] at a time. A query that is not finite has NaN throughout, but for the
 * log-density of one at infinity, −Infinity; so has one so far away that its squared distance over σ² is no number.
 *
 * With `certified` also 0 ≤ exact − ln p ≤ ln(1 + 2 tolerance/d), d the diagonal of the cloud's box.
 */
export const hostPosterior = (
  tree: CloudTree,
): ((x: Float64Array, level: NoiseLevel, query: TreeQuery, withMoments: boolean) => HostPosterior) => {
  const { dimension: d, levels } = tree
  const root = levels[levels.length - 1] as CloudLevel
  const verified = verifiedSum(tree)
  const sum = posteriorSum(d)

  return (x, level, query, withMoments) => {
    requireNoise('cloudTree', level.sigma)
    requireQuery(query)
    const count = x.length / d
    const rows = withMoments ? count : 0
    const visits = { groups: 0, points: 0 }
    const result: HostPosterior = {
      mean: new Float64Array(count * d),
      logDensity: new Float64Array(rows),
      covarianceTrace: new Float64Array(rows),
      effectiveSampleSize: new Float64Array(rows),
      visits,
    }
    const normaliser = 0.5 * d * Math.log(2 * Math.PI * level.sigma * level.sigma) + (root.logWeight[0] as number)
    for (let q = 0; q < count; q++) {
      clearSum(sum)
      const own = x.subarray(q * d, (q + 1) * d)
      if (own.every(Number.isFinite)) {
        // Where squares overflow a Gaussian cannot tell which points count: all are summed.
        const representable = Number.isFinite(largestSquaredDistance(root, 0, own, 0, d, level.alpha) / (2 * level.sigma * level.sigma))
        if (query.method === 'certified') certifiedSum(tree, own, 0, level, query.tolerance, sum, visits)
        else if (representable) verified(own, 0, level, query.opening, withMoments, sum, visits)
        else certifiedSum(tree, own, 0, level, 0, sum, visits)
      }
      const known = sum.weight > 0
      for (let j = 0; j < d; j++) result.mean[q * d + j] = known ? (sum.mean[j] as number) : Number.NaN
      if (!withMoments) continue
      result.logDensity[q] = own.some(Number.isNaN) ? Number.NaN : logWeightOf(sum) - normaliser
      result.covarianceTrace[q] = known ? sum.spread / sum.weight : Number.NaN
      result.effectiveSampleSize[q] = known ? sum.weight ** 2 / sum.squares : Number.NaN
    }
    return result
  }
}

const requireQuery = (query: TreeQuery): void => {
  const value = query.method === 'certified' ? query.tolerance : query.opening
  if (!(value >= 0))
    throw tweedieError('InvalidArgument', 'cloudTree', `${query.method} with ${value}`, 'Use a tolerance or an opening of at least 0')
}
