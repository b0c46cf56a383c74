import type { NoiseLevel } from '@tweedie/core'

// For tests: how far rounding can move the posterior over a cloud, to first order in the unit roundoff u, with the true weights in float64.

export interface Bounds {
  /** Per column. */
  readonly mean: readonly number[]
  readonly logDensity: number
  readonly covarianceTrace: number
  /** As a part of the effective sample size. */
  readonly effectiveSampleSize: number
}

/**
 * A kernel takes a logit from the distances |x − αc|, |x − αy| and α|c − y| for a centre c, or from α|y| and |x − αy| where there is none; what it rounds is at
 * most of the size of the square of their sum over σ², a few times. `roundings` is how many roundings meet a number that is added up; `reach` is how
 * far from x αc can be, in float32 at most 6.7 σ or the nearest point (a centre that is likelier than 2⁻³² stays). Where points are added up about the
 * origin, and not about a centre, the sum is rounded by its own size too.
 */
export const boundsOf = (
  x: readonly number[],
  cloud: readonly (readonly number[])[],
  logWeights: readonly number[] | undefined,
  { alpha, sigma }: NoiseLevel,
  unit: number,
  roundings: number,
  aboutOrigin: boolean,
): Bounds => {
  const heaviest = logWeights === undefined ? 0 : Math.max(...logWeights)
  const weightOf = (i: number): number => (logWeights?.[i] ?? 0) - heaviest
  const distances = cloud.map((y) => Math.hypot(...y.map((each, j) => (x[j] as number) - alpha * each)))
  const logits = distances.map((distance, i) => weightOf(i) - (0.5 * distance * distance) / (sigma * sigma))
  const top = Math.max(...logits)
  const terms = logits.map((logit) => Math.exp(logit - top))
  const total = terms.reduce((sum, term) => sum + term, 0)
  const weights = terms.map((term) => term / total)
  const best = logits.indexOf(top)
  const mean = x.map((_, j) => weights.reduce((sum, w, i) => sum + w * (cloud[i]?.[j] as number), 0))

  const centre = Math.max(6.7 * sigma, distances[best] as number, sigma * Math.sqrt(2 * Math.max(0, -top)))
  // Five roundings a column and two of the log-weight meet a logit, four the exponential.
  const logitErrors = distances.map(
    (distance, i) =>
      unit *
      (4 +
        ((5 + 2 * x.length) * (distance + centre) ** 2) / (sigma * sigma) +
        4 * (Number.isFinite(weightOf(i)) ? Math.abs(weightOf(i)) : 0) +
        2 * Math.abs(weightOf(best))),
  )
  // First order holds for small errors; where they are not small nothing is promised but a weighted mean of the points.
  const moved = logitErrors.map((error) => Math.expm1(Math.min(50, 2 * error)))
  const about = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + (weights[i] as number) * ((moved[i] as number) + 2 * unit) * Math.abs(value), 0)
  const typical = about(cloud.map(() => 1))
  const deviations = (j: number): number[] => cloud.map((y) => (y[j] as number) - (mean[j] as number))
  const width = (j: number): number => Math.max(...deviations(j).map(Math.abs))
  const squares = cloud.map((y) => y.reduce((sum, each, j) => sum + (each - (mean[j] as number)) ** 2, 0))
  const trace = squares.reduce((sum, square, i) => sum + square * (weights[i] as number), 0)
  const fromCentre = (j: number): number =>
    Math.min(
      width(j),
      alpha > 0 ? (centre + Math.hypot(...x.map((each, k) => each - alpha * (mean[k] as number)))) / alpha : Number.POSITIVE_INFINITY,
    )

  const means = x.map((_, j) => {
    const deviation = deviations(j)
    const spread = deviation.reduce((sum, each, i) => sum + (weights[i] as number) * Math.abs(each), 0)
    return (
      (aboutOrigin ? roundings : 1.01) * unit * Math.abs(mean[j] as number) +
      about(deviation) +
      typical * spread +
      roundings * unit * (spread + (spread > 0 ? fromCentre(j) : 0)) +
      2 ** -149
    )
  })
  return {
    mean: means,
    logDensity:
      typical +
      roundings * unit +
      unit * (2 + Math.abs(top) + 4 * x.length * Math.abs(Math.log(sigma)) + Math.abs(heaviest) + Math.log(cloud.length)),
    covarianceTrace:
      about(squares.map((square) => square + trace)) +
      typical * trace +
      // The part of the square of the centre's distance is at most 64 times the trace.
      66 * roundings * unit * trace +
      means.reduce((sum, error) => sum + error * error, 0) +
      2 ** -149,
    effectiveSampleSize: 4 * typical + 3 * roundings * unit + (2 * about(weights)) / weights.reduce((sum, w) => sum + w * w, 0),
  }
}
