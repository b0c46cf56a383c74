import { column, type HostMatrix, tweedieError } from '@tweedie/core'
import type { ColumnMap } from './column-map.js'

/** Mean and standard deviation (divisor n) of a column. */
export const meanAndDeviation = (values: Float64Array): readonly [mean: number, deviation: number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return [mean, Math.sqrt(variance)]
}

/** The z-score of a column, (value − mean)/deviation, as a line. Throws `InvalidTable` for a constant column. */
export const standardMap = (matrix: HostMatrix, j: number): ColumnMap => {
  const [mean, deviation] = meanAndDeviation(column(matrix, j))
  if (!(deviation > 0)) throw constantColumn(j, mean)
  return { values: Float64Array.of(mean, mean + deviation), scores: Float64Array.of(0, 1), extend: 'line' }
}

/** The refusal of a column that never changes. */
export const constantColumn = (j: number, value: number) =>
  tweedieError(
    'InvalidTable',
    `column ${j + 1}`,
    `every value is ${value}`,
    'Leave the column out: a constant has no distribution to learn',
  )
