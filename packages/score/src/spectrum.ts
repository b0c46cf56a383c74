import { type HostMatrix, tweedieError } from '@tweedie/core'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { requireFinite } from './validate.js'

/** A covariance C = U diag(λ) Uᵀ. */
export interface Spectrum {
  /** λ ≥ 0, exactly 0 in the directions where the law has no extent. */
  readonly variances: Float64Array
  /** U, [D, D] row-major, one direction a column; absent where C is diagonal and U the identity. */
  readonly directions?: Float64Array
}

// How far, relative to the largest entry, a matrix may miss being symmetric and positive semidefinite before it is no covariance.
const TOLERANCE = 1e-10

// Entries below this, relative to the largest, are 0: their products would underflow inside the decomposition, which then fails.
const NEGLIGIBLE = 1e-100

/**
 * The spectrum of a covariance matrix, which may be singular. Eigenvalues that rounding alone can explain (below 8 D · 2⁻⁵² · the largest, and
 * small negative ones) become 0; a diagonal matrix is taken as it stands, however small its entries.
 *
 * Throws `ShapeMismatch` unless the matrix is D × D, `NotFinite` for a NaN or an infinity, `InvalidArgument` when it is not symmetric or has a
 * negative eigenvalue.
 */
export const spectrum = (where: string, covariance: HostMatrix, dimension: number): Spectrum => {
  const { data, rows, columns } = covariance
  if (rows !== dimension || columns !== dimension)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `a covariance of ${rows} × ${columns} for a mean of ${dimension}`,
      `Give a ${dimension} × ${dimension} matrix`,
    )
  requireFinite(`${where}, covariance`, covariance)
  const size = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const coupling = largestCoupling(where, data, dimension, size)

  const { values, directions } =
    coupling <= NEGLIGIBLE * size
      ? { values: data.filter((_, k) => k % (dimension + 1) === 0), directions: undefined }
      : decompose(data, dimension, size)
  const least = values.reduce((a, b) => Math.min(a, b), 0)
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  if (least < -TOLERANCE * size)
    throw tweedieError(
      'InvalidArgument',
      where,
      `the covariance has the negative eigenvalue ${least}`,
      'A covariance is positive semidefinite; check how it was computed',
    )

  const floor = coupling === 0 ? 0 : 8 * dimension * Number.EPSILON * most
  const variances = values.map((value) => (value > floor ? value : 0))
  return directions === undefined ? { variances } : { variances, directions }
}

/** The largest |C_ij| off the diagonal, once the matrix is known to be symmetric. */
const largestCoupling = (where: string, data: Float64Array, dimension: number, size: number): number => {
  let largest = 0
  for (let i = 0; i < dimension; i++)
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [data[i * dimension + j] as number, data[j * dimension + i] as number]
      if (Math.abs(lower - upper) > TOLERANCE * size)
        throw tweedieError(
          'InvalidArgument',
          where,
          `covariance [${i}, ${j}] is ${lower} but [${j}, ${i}] is ${upper}`,
          'A covariance is symmetric',
        )
      largest = Math.max(largest, Math.abs(lower), Math.abs(upper))
    }
  return largest
}

/** Eigenvalues and eigenvectors (columns) of the symmetric part, computed on entries of order 1. */
const decompose = (data: Float64Array, dimension: number, size: number): { values: Float64Array; directions: Float64Array } => {
  const part = new Matrix(dimension, dimension)
  for (let i = 0; i < dimension; i++)
    for (let j = 0; j < dimension; j++) {
      const value = ((data[i * dimension + j] as number) / size + (data[j * dimension + i] as number) / size) / 2
      part.set(i, j, Math.abs(value) < NEGLIGIBLE ? 0 : value)
    }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(part, { assumeSymmetric: true })
  return {
    values: Float64Array.from(realEigenvalues, (value) => value * size),
    directions: Float64Array.from(eigenvectorMatrix.to1DArray()),
  }
}
