import type { NoiseLevel } from '../backend/operands.js'
import type { Floats } from './strided.js'

/** Summaries of the posterior over a cloud, one row or number per query. */
export interface PosteriorArrays {
  readonly mean: Float64Array
  readonly logDensity: Float64Array
  readonly covarianceTrace: Float64Array
  readonly effectiveSampleSize: Float64Array
}

// A point whose weight is below e^-100 of the largest is left out: it is smaller than the rounding of what is kept by 27 decimal orders.
const NEGLIGIBLE = -100

/**
 * The Gaussian posterior over a point cloud, one query at a time, in float64: m = Σ w_i y_i with
 * w = softmax(ln π_i − |x − α y_i|²/(2σ²)), by differences and with the largest logit subtracted. No M × N matrix is made; the cloud is
 * held column by column, so that every loop runs along it.
 * `x` is [count, d], `points` [n, d], `logWeights` [n] or absent. A query that is not finite has NaN throughout, but for the log-density
 * of one at infinity: −Infinity.
 */
export const posteriorOverCloud = (
  x: Floats,
  count: number,
  points: Floats,
  n: number,
  d: number,
  logWeights: Floats | undefined,
  { alpha, sigma }: NoiseLevel,
  withMoments: boolean,
): PosteriorArrays => {
  const mean = new Float64Array(count * d)
  const rows = withMoments ? count : 0
  const logDensity = new Float64Array(rows)
  const covarianceTrace = new Float64Array(rows)
  const effectiveSampleSize = new Float64Array(rows)
  const columns = byColumn(points, n, d)
  const precision = -0.5 / (sigma * sigma)
  const logNormaliser = 0.5 * d * Math.log(2 * Math.PI * sigma * sigma) + (withMoments ? logTotal(logWeights, n) : 0)
  const weights = new Float64Array(n)

  for (let q = 0; q < count; q++) {
    weights.fill(0)
    for (let j = 0; j < d; j++) addSquaredDifferences(weights, x[q * d + j] as number, alpha, columns, j * n, n)
    const top = toLogits(weights, precision, logWeights, n)
    const total = toWeights(weights, top, n)
    let spread = 0
    for (let j = 0; j < d; j++) {
      const centre = dot(weights, columns, j * n, n) / total
      mean[q * d + j] = centre
      if (withMoments) spread += weightedSquares(weights, columns, j * n, n, centre)
    }
    if (!withMoments) continue
    // Where no point is near enough for a number the density is 0; NaN stays NaN.
    logDensity[q] = (top === Number.NEGATIVE_INFINITY ? top : top + Math.log(total)) - logNormaliser
    covarianceTrace[q] = spread / total
    effectiveSampleSize[q] = (total * total) / dot(weights, weights, 0, n)
  }
  return { mean, logDensity, covarianceTrace, effectiveSampleSize }
}

/** The transpose of row-major [n, d] points. */
const byColumn = (points: Floats, n: number, d: number): Float64Array => {
  const columns = new Float64Array(n * d)
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) columns[j * n + i] = points[i * d + j] as number
  return columns
}

const addSquaredDifferences = (out: Float64Array, x: number, alpha: number, columns: Float64Array, from: number, n: number): void => {
  for (let i = 0; i < n; i++) {
    const difference = x - alpha * (columns[from + i] as number)
    out[i] = (out[i] as number) + difference * difference
  }
}

/** Turns squared distances into logits, in place, and gives the largest; NaN if there is one. */
const toLogits = (values: Float64Array, precision: number, logWeights: Floats | undefined, n: number): number => {
  let top = Number.NEGATIVE_INFINITY
  let sum = 0
  for (let i = 0; i < n; i++) {
    let logit = (values[i] as number) * precision
    if (logWeights !== undefined) logit += logWeights[i] as number
    values[i] = logit
    sum += logit
    if (logit > top) top = logit
  }
  return Number.isNaN(sum) ? Number.NaN : top
}

/** Turns logits into weights relative to the largest, in place, and gives their sum. NaN for every weight when the largest is not finite. */
const toWeights = (values: Float64Array, top: number, n: number): number => {
  if (!Number.isFinite(top)) {
    values.fill(Number.NaN)
    return Number.NaN
  }
  let total = 0
  for (let i = 0; i < n; i++) {
    const logit = (values[i] as number) - top
    const weight = logit < NEGLIGIBLE ? 0 : Math.exp(logit)
    values[i] = weight
    total += weight
  }
  return total
}

const dot = (weights: Float64Array, columns: Float64Array, from: number, n: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += (weights[i] as number) * (columns[from + i] as number)
  return sum
}

/** Σ w_i (y_i − centre)². */
const weightedSquares = (weights: Float64Array, columns: Float64Array, from: number, n: number, centre: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const difference = (columns[from + i] as number) - centre
    sum += (weights[i] as number) * difference * difference
  }
  return sum
}

/** ln Σ π_i; ln n for equal weights. */
const logTotal = (logWeights: Floats | undefined, n: number): number => {
  if (logWeights === undefined) return Math.log(n)
  let top = Number.NEGATIVE_INFINITY
  for (const w of logWeights) top = Math.max(top, w)
  let sum = 0
  for (const w of logWeights) sum += Math.exp(w - top)
  return top + Math.log(sum)
}
