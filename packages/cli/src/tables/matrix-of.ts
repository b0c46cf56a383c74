/** Columns of numbers, side by side, as the rows of a matrix. */

import type { HostMatrix } from '@tweedie/core'

/** [rows, columns], from columns of `rows` numbers each. */
export const matrixOf = (columns: readonly Float64Array[], rows: number): HostMatrix => {
  const width = columns.length
  const data = new Float64Array(rows * width)
  columns.forEach((values, j) => {
    for (let i = 0; i < rows; i++) data[i * width + j] = values[i] as number
  })
  return { data, rows, columns: width }
}
