import type { CloudLevel, CloudTree, NoiseLevel } from '@tweedie/core'
import { largestDistanceWithin, leastSquaredDistance } from './box-distance.js'
import { certifiedSum } from './certified.js'
import { addBlock } from './exact-block.js'
import { nearestFound } from './nearest-found.js'
import { addTerm, clearSum, logWeightOf, type PosteriorSum } from './posterior-sum.js'
import { logSquaredWeights, type StandIns, standIns } from './stand-in.js'
import type { Visits } from './visits.js'

/** The tolerance of the bounds where Gaussians say nothing, relative to σ/α or the cloud's diagonal. */
const beyond = 1e-9

/**
 * The sum over a tree in which a group stands for the Gaussian of its moments while that can hardly matter (see stand-in.ts).
 *
 * Level by level from the top, so that the weight S of all is about known, a group of weight W stays closed where
 *
 *     (W/S) · smallness · max(1, |x − αc|²_(σ²I+α²C)⁻¹ / 4D)^(3/2) ≤ opening:
 *
 * its share of the weight times what a third cumulant may do to it, more at a place many standard deviations out, where a Gaussian says little.
 * A group with a far outlier has a Gaussian that is blind to it, so a group is opened, too, where one of its points at the nearest place of its
 * box would matter: (π₁ exp(−r²/(2σ²))/S) · smallness > √opening. Blocks that stay open are summed point by point; opening = 0 gives the exact sum.
 *
 * Far from all points, outside of the cloud or in a hole of it, the tails of Gaussians say nothing. There they claim more weight than all points could
 * have at the distance of one that is found by a descent, and the sum is left to bounds (certified.ts), which are fast there.
 */
export const verifiedSum = (
  tree: CloudTree,
): ((x: Float64Array, at: number, level: NoiseLevel, opening: number, withMoments: boolean, sum: PosteriorSum, visits: Visits) => void) => {
  const { levels, dimension, arity, count, blockSize, logWeights } = tree
  const root = levels[levels.length - 1] as CloudLevel
  const logTotalWeight = root.logWeight[0] as number
  const diagonal = largestDistanceWithin(root, 0, root, dimension)
  const most = levels.map((level) => level.count)
  /** What to take off a group's log-weight for that of one point; nothing where one may have nearly all of it. */
  const logSizes = levels.map((_, k) => (logWeights === undefined ? Math.log(Math.min(count, blockSize * arity ** k)) : 0))
  const scratch = groupAtQuery(dimension)
  let [prepared, preparedFor]: [readonly StandIns[], NoiseLevel] = [[], { alpha: Number.NaN, sigma: Number.NaN }]
  let logSquares: readonly Float64Array[] | undefined

  return (x, at, noise, opening, withMoments, sum, visits) => {
    const { alpha, sigma } = noise
    if (preparedFor.alpha !== alpha || preparedFor.sigma !== sigma) {
      prepared = levels.map((level) => standIns(level, dimension, noise))
      preparedFor = noise
    }
    if (withMoments) logSquares ??= logSquaredWeights(tree)
    const guard = Math.sqrt(opening)
    // Twice, for rounding, and for the Gaussians' own error where all points are about as far.
    const possible = logTotalWeight - nearestFound(tree, x, at, alpha) / (2 * sigma * sigma) + Math.LN2
    let open = new Uint32Array(1)
    for (let k = levels.length - 1; k >= 0; k--) {
      const level = levels[k] as CloudLevel
      const those = prepared[k] as StandIns
      const weights = new Float64Array(open.length)
      const mahalanobis = new Float64Array(open.length)
      let logTotal = logWeightOf(sum)
      open.forEach((g, i) => {
        const squared = scratch.squaredDistance(level, those, g, x, at, alpha)
        weights[i] = (those.peak[g] as number) - 0.5 * squared
        mahalanobis[i] = squared
        logTotal = logSumOfTwo(logTotal, weights[i] as number)
      })
      visits.groups += open.length
      if (!(logTotal <= possible)) {
        clearSum(sum)
        return certifiedSum(tree, x, at, noise, Math.min(opening, beyond) * Math.min(sigma / alpha, diagonal), sum, visits)
      }
      const next: number[] = []
      open.forEach((g, i) => {
        const smallness = those.smallness[g] as number
        const outside = Math.max(1, (mahalanobis[i] as number) / (4 * dimension)) ** 1.5
        const onePoint = (level.logWeight[g] as number) - (logSizes[k] as number)
        const closed =
          Math.exp((weights[i] as number) - logTotal) * smallness * outside <= opening &&
          Math.exp(onePoint - leastSquaredDistance(level, g, x, at, dimension, alpha) / (2 * sigma * sigma) - logTotal) * smallness <= guard
        if (closed) {
          const squares = withMoments ? scratch.logSquares(level, g, x, at, noise, (logSquares as Float64Array[])[k]?.[g] as number) : 0
          scratch.squaredDistance(level, those, g, x, at, alpha)
          scratch.posteriorMean(level, those, g, alpha)
          addTerm(sum, weights[i] as number, scratch.mean, 0, those.trace[g] as number, Math.min(squares, 2 * (weights[i] as number)))
        } else if (k === 0) addBlock(tree, g, x, at, alpha, sigma, sum, visits)
        else for (let c = g * arity; c < Math.min((g + 1) * arity, most[k - 1] as number); c++) next.push(c)
      })
      open = Uint32Array.from(next)
    }
  }
}

const logSumOfTwo = (a: number, b: number): number => {
  const top = Math.max(a, b)
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(Math.exp(a - top) + Math.exp(b - top))
}

/** A group seen from a query, by scratch arrays of D numbers. */
const groupAtQuery = (dimension: number) => {
  const offset = new Float64Array(dimension)
  const along = new Float64Array(dimension)
  const mean = new Float64Array(dimension)

  /** p_k = v_k · (x − αc), and what is left of |x − αc|². */
  const project = ({ centre, rank, vectors }: CloudLevel, g: number, x: Float64Array, at: number, alpha: number): number => {
    let left = 0
    for (let j = 0; j < dimension; j++) {
      offset[j] = (x[at + j] as number) - alpha * (centre[g * dimension + j] as number)
      left += (offset[j] as number) ** 2
    }
    for (let k = 0; k < rank; k++) {
      let p = 0
      for (let j = 0, v = (g * rank + k) * dimension; j < dimension; j++) p += (vectors[v + j] as number) * (offset[j] as number)
      along[k] = p
      left -= p * p
    }
    return rank === dimension ? 0 : Math.max(0, left)
  }
  /** |x − αc|² in the metric (σ²I + α²C)⁻¹. */
  const squaredDistance = (level: CloudLevel, those: StandIns, g: number, x: Float64Array, at: number, alpha: number): number => {
    let sum = project(level, g, x, at, alpha) * (those.restPrecision[g] as number)
    for (let k = 0; k < level.rank; k++) sum += (along[k] as number) ** 2 * (those.precision[g * level.rank + k] as number)
    return sum
  }
  /** Writes the posterior mean of the group last projected to `mean`. */
  const posteriorMean = ({ centre, rank, vectors, variances, rest }: CloudLevel, those: StandIns, g: number, alpha: number): void => {
    const gain = alpha * (rest[g] as number) * (those.restPrecision[g] as number)
    for (let j = 0; j < dimension; j++)
      mean[j] = (centre[g * dimension + j] as number) + (rank === dimension ? 0 : gain * (offset[j] as number))
    for (let k = 0; k < rank; k++) {
      const own = alpha * (variances[g * rank + k] as number) * (those.precision[g * rank + k] as number)
      const step = (rank === dimension ? own : own - gain) * (along[k] as number)
      for (let j = 0, v = (g * rank + k) * dimension; j < dimension; j++) mean[j] = (mean[j] as number) + step * (vectors[v + j] as number)
    }
  }
  /** ln Σ w² of the group's points: ln Σ π² of their number times the mean of exp(−|x − αy|²/σ²) under the Gaussian, which is a noise of σ²/2. */
  const logSquares = (level: CloudLevel, g: number, x: Float64Array, at: number, { alpha, sigma }: NoiseLevel, logOf: number): number => {
    const [half, scale] = [0.5 * sigma * sigma, alpha * alpha]
    const left = project(level, g, x, at, alpha)
    const total = half + scale * (level.rest[g] as number)
    let sum = (dimension - level.rank) * Math.log(half / total) - left / total
    for (let k = 0; k < level.rank; k++) {
      const own = half + scale * (level.variances[g * level.rank + k] as number)
      sum += Math.log(half / own) - (along[k] as number) ** 2 / own
    }
    return logOf + 0.5 * sum
  }
  return { mean, squaredDistance, posteriorMean, logSquares }
}
