import { type HostMatrix, tweedieError } from '@tweedie/core'
import { cholesky } from '../log-density/linear-algebra.js'

/** Gaussians about the rows of a table, of unit spread: about row i stands N(y_i, A_i). */
export interface LocalKernels {
  /** y_i [n, d]. */
  readonly centres: HostMatrix
  /** L_i⁻¹ of A_i = L_i L_iᵀ: n lower triangles one after the other, each row by row, d(d + 1)/2 numbers. */
  readonly inverses: Float64Array
  /** ln det L_i⁻¹ = −½ ln det A_i. */
  readonly logDeterminants: Float64Array
}

export interface LocalKernelOptions {
  /** The `count` nearest rows of each, nearest first (`nearestRows`), row-major [n, count]. */
  readonly nearest: { readonly rows: Uint32Array; readonly count: number }
  /** k, at most `count`. */
  readonly neighbours: number
  /** ε, a part of the mean variance of a neighbourhood that is added in all directions. */
  readonly ridge: number
}

/** Neighbours that coincide have no variance to take a part of: this much of the table's counts at least. */
const LEAST_VARIANCE = 1e-8

/**
 * A_i = C_i + ε (tr C_i/d) I with C_i = (1/k) Σ_j (y_j − y_i)(y_j − y_i)ᵀ over the k nearest rows: the kernels of `localSpread`, made to have a density where the
 * neighbours do not span all directions. Throws `InvalidTable` for a table of fewer than two different rows.
 */
export const localKernels = (table: HostMatrix, { nearest, neighbours: k, ridge }: LocalKernelOptions): LocalKernels => {
  const { data, rows, columns: d } = table
  const least = LEAST_VARIANCE * meanVariance(table)
  if (!(least > 0))
    throw tweedieError(
      'InvalidTable',
      'localKernels',
      `${rows} rows, all the same`,
      'Kernels along the data need at least two different rows',
    )
  const triangle = (d * (d + 1)) / 2
  const inverses = new Float64Array(rows * triangle)
  const logDeterminants = new Float64Array(rows)
  const covariance = new Float64Array(d * d)
  const away = new Float64Array(d)
  for (let i = 0; i < rows; i++) {
    covariance.fill(0)
    for (let n = 0; n < k; n++) {
      const other = (nearest.rows[i * nearest.count + n] as number) * d
      for (let p = 0; p < d; p++) {
        const a = (data[other + p] as number) - (data[i * d + p] as number)
        away[p] = a
        for (let q = 0; q <= p; q++) covariance[p * d + q] = (covariance[p * d + q] as number) + (a * (away[q] as number)) / k
      }
    }
    let trace = 0
    for (let p = 0; p < d; p++) trace += covariance[p * d + p] as number
    const added = ridge * Math.max(trace / d, least)
    for (let p = 0; p < d; p++) covariance[p * d + p] = (covariance[p * d + p] as number) + added
    const factor = cholesky(covariance, d)
    if (factor === undefined)
      throw tweedieError(
        'InvalidArgument',
        'localKernels',
        `the covariance about row ${i + 1} is singular with a ridge of ${ridge}`,
        'Use a larger ridge',
      )
    const into = inverses.subarray(i * triangle, (i + 1) * triangle)
    invert(factor, d, into)
    for (let p = 0; p < d; p++) logDeterminants[i] = (logDeterminants[i] as number) + Math.log(into[(p * (p + 3)) / 2] as number)
  }
  return { centres: table, inverses, logDeterminants }
}

/** L⁻¹ of a lower triangle in a full matrix, packed. */
const invert = (l: Float64Array, d: number, into: Float64Array): void => {
  for (let q = 0; q < d; q++)
    for (let p = q; p < d; p++) {
      let sum = p === q ? 1 : 0
      for (let k = q; k < p; k++) sum -= (l[p * d + k] as number) * (into[(k * (k + 1)) / 2 + q] as number)
      into[(p * (p + 1)) / 2 + q] = sum / (l[p * d + p] as number)
    }
}

/** |L_i⁻¹ (x − y_i)|², given up (a number too small, but above `enough`) once it is above `enough`. */
export const squaredDistance = (
  { centres: { data, columns: d }, inverses }: LocalKernels,
  i: number,
  x: Float64Array,
  away: Float64Array,
  enough: number,
): number => {
  let [sum, at] = [0, i * ((d * (d + 1)) / 2)]
  for (let p = 0; p < d && sum <= enough; p++) {
    away[p] = (x[p] as number) - (data[i * d + p] as number)
    let along = 0
    for (let q = 0; q <= p; q++, at++) along += (inverses[at] as number) * (away[q] as number)
    sum += along * along
  }
  return sum
}

/** The mean of the columns' variances. */
const meanVariance = ({ data, rows, columns }: HostMatrix): number => {
  let sum = 0
  for (let j = 0; j < columns; j++) {
    let [mean, squares] = [0, 0]
    for (let i = 0; i < rows; i++) mean += (data[i * columns + j] as number) / rows
    for (let i = 0; i < rows; i++) squares += ((data[i * columns + j] as number) - mean) ** 2 / rows
    sum += squares / columns
  }
  return sum
}
