import type { HostMatrix, NoiseLevel } from '@tweedie/core'

/** The rows of a matrix on the host. */
export const rowsOf = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)))

export const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, j) => sum + (value - (b[j] as number)) ** 2, 0)

/** ln Σ e^v, −Infinity for none. */
export const logSumExp = (values: readonly number[]): number => {
  const top = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0))
}

/** The posterior over the points of a cloud, and how far rounding moves it. */
export interface PlainPosterior {
  readonly mean: readonly number[]
  readonly logDensity: number
  /** What 2⁻⁴⁸ of rounding in x, α y and the logits does, to first order, to a coordinate of the mean and to the log-density. */
  readonly meanError: number
  readonly logDensityError: number
}

// 2⁻⁵² of rounding in each of about 16 operations.
const ROUNDING = 2 ** -48

/**
 * The definition in plain loops: w = softmax(ln π_i − |x − α y_i|²/(2σ²)), m = Σ w_i y_i, p = Σ π_i N(x; α y_i, σ² I) with Σ π_i = 1.
 * `size` is that of the numbers that were rounded, where it is larger than what is left of them here: a shift may have been added and taken away.
 */
export const plainPosterior = (
  points: readonly (readonly number[])[],
  logWeights: readonly number[] | undefined,
  x: readonly number[],
  { alpha, sigma }: NoiseLevel,
  size = 0,
): PlainPosterior => {
  const weightOf = (i: number): number => (logWeights === undefined ? 0 : (logWeights[i] as number))
  const extent = points.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const rounded = Math.max(size, alpha * extent, ...x.map(Math.abs))
  const distances = points.map((y) =>
    squaredDistance(
      x,
      y.map((value) => alpha * value),
    ),
  )
  const logits = distances.map((distance, i) => weightOf(i) - distance / (2 * sigma * sigma))
  const logTotal = logSumExp(logits)
  // Divided by their sum: e^(logit − logTotal) would add up to 1 only as well as logTotal, which is large, is rounded.
  const top = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const total = logits.reduce((sum, value) => sum + Math.exp(value - top), 0)
  const weights = logits.map((value) => Math.exp(value - top) / total)
  const mean = x.map((_, j) => points.reduce((sum, y, i) => sum + (weights[i] === 0 ? 0 : (weights[i] as number) * (y[j] as number)), 0))

  let [meanError, logDensityError] = [0, 0]
  points.forEach((y, i) => {
    const weight = weights[i] as number
    if (weight === 0) return
    const distance = distances[i] as number
    const logitError = Math.abs(weightOf(i)) + distance / (2 * sigma * sigma) + (Math.sqrt(distance) * rounded) / (sigma * sigma)
    meanError += weight * Math.sqrt(squaredDistance(y, mean)) * logitError
    logDensityError += weight * logitError
  })
  const logNormaliser = 0.5 * x.length * Math.log(2 * Math.PI * sigma * sigma) + logSumExp(points.map((_, i) => weightOf(i)))
  return {
    mean,
    logDensity: logTotal - logNormaliser,
    meanError: ROUNDING * (meanError + Math.max(extent, size) + 1),
    logDensityError: ROUNDING * (logDensityError + Math.abs(logNormaliser) + Math.abs(logTotal) + 1),
  }
}
