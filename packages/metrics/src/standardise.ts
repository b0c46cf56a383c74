import { column, type HostMatrix, tweedieError } from '@tweedie/core'
import { moments } from './moments.js'
import { requireSample } from './validate.js'

/** What to take off each column and what to divide it by. */
export interface ColumnScale {
  readonly means: readonly number[]
  /** The standard deviations (n − 1 in the denominator); 1 for a column that does not vary. */
  readonly scales: readonly number[]
}

/**
 * The mean and standard deviation of each column of `matrix`, for `standardise`. A constant column gets scale 1, so it is centred and
 * otherwise left in its own units.
 *
 * Needs 2 rows. Throws `InvalidArgument` or `NotFinite`.
 */
export const columnScale = (matrix: HostMatrix): ColumnScale => {
  requireSample('columnScale', 'matrix', matrix, 2)
  const means: number[] = []
  const scales: number[] = []
  for (let j = 0; j < matrix.columns; j++) {
    const values = column(matrix, j)
    const constant = values.every((value) => value === values[0])
    const { mean, standardDeviation } = moments(values)
    means.push(constant ? (values[0] as number) : mean)
    scales.push(constant ? 1 : standardDeviation)
  }
  return { means, scales }
}

/** (x − mean) / scale in every column; a new matrix. Throws `ShapeMismatch` when the scale is of another table. */
export const standardise = (matrix: HostMatrix, { means, scales }: ColumnScale): HostMatrix => {
  const { rows, columns } = matrix
  if (means.length !== columns || scales.length !== columns)
    throw tweedieError(
      'ShapeMismatch',
      'standardise',
      `a scale of ${means.length} columns for ${columns}`,
      'Use the scale of a table with the same columns',
    )
  const data = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j
      data[k] = ((matrix.data[k] as number) - (means[j] as number)) / (scales[j] as number)
    }
  return { data, rows, columns }
}
