import { column, type HostMatrix } from '@tweedie/core'
import { ranksOf } from './midranks.js'
import { moments } from './moments.js'
import { requireSameColumns, requireSample } from './validate.js'

/** How far two correlation matrices are from each other, off the diagonal. */
export interface MatrixDifference {
  /** The largest |r_a − r_b| over pairs of columns, 0 to 2. */
  readonly maximum: number
  /** The mean of |r_a − r_b| over pairs of columns. */
  readonly mean: number
}

export interface CorrelationDifference {
  /** Of Pearson's correlations; null when fewer than two columns vary. */
  readonly pearson: MatrixDifference | null
  /** Of Spearman's: correlations of mid-ranks. */
  readonly spearman: MatrixDifference | null
  /** The columns that vary in both samples; the others have no correlation and are left out. */
  readonly columns: readonly number[]
}

/** Values less their mean, scaled to length 1; all 0 when nothing varies that numbers can tell. */
const unitVector = (values: Float64Array): Float64Array => {
  const { mean, standardDeviation } = moments(values)
  if (!(standardDeviation > 0)) return new Float64Array(values.length)
  const scaled = values.map((value) => (value - mean) / standardDeviation)
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0))
  return scaled.map((value) => value / length)
}

const correlation = (u: Float64Array, v: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < u.length; i++) sum += (u[i] as number) * (v[i] as number)
  return Math.max(-1, Math.min(1, sum))
}

const differences = (a: readonly Float64Array[], b: readonly Float64Array[]): MatrixDifference | null => {
  let maximum = 0
  let sum = 0
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      const of = (vectors: readonly Float64Array[]): number => correlation(vectors[i] as Float64Array, vectors[j] as Float64Array)
      const difference = Math.abs(of(a) - of(b))
      maximum = Math.max(maximum, difference)
      sum += difference
    }
  return a.length < 2 ? null : { maximum, mean: sum / ((a.length * (a.length - 1)) / 2) }
}

/**
 * The largest and the mean absolute difference between the correlation matrices of two samples: Pearson's, which sees linear dependence
 * and is led by outliers, and Spearman's of ranks, which sees any monotone dependence. Columns that are constant in either sample have
 * no correlation and are left out.
 *
 * Does not depend on the unit of a column, and Spearman's not on any increasing function of it. Two samples of n rows with correlation r
 * differ by about (1 − r²)·√(2/n) by chance.
 *
 * Needs 2 rows of each. Throws `ShapeMismatch` (columns), `InvalidArgument` (rows) or `NotFinite`.
 */
export const correlationDifference = (a: HostMatrix, b: HostMatrix): CorrelationDifference => {
  requireSample('correlationDifference', 'a', a, 2)
  requireSample('correlationDifference', 'b', b, 2)
  requireSameColumns('correlationDifference', ['a', 'b'], a, b)
  const varies = (values: Float64Array): boolean => values.some((value) => value !== values[0])
  const columns = Array.from({ length: a.columns }, (_, j) => j).filter((j) => varies(column(a, j)) && varies(column(b, j)))
  const of = (matrix: HostMatrix, f: (values: Float64Array) => Float64Array): Float64Array[] =>
    columns.map((j) => unitVector(f(column(matrix, j))))
  const [asGiven, ranked] = [(values: Float64Array) => values, ranksOf]
  return {
    pearson: differences(of(a, asGiven), of(b, asGiven)),
    spearman: differences(of(a, ranked), of(b, ranked)),
    columns,
  }
}
