import type { HostMatrix } from '@tweedie/core'

/** Rows of equal length while they are read, in one array that doubles. */
export interface RowList {
  readonly push: (row: ArrayLike<number>) => void
  readonly matrix: () => HostMatrix
}

export const rowList = (columns: number): RowList => {
  let data = new Float64Array(1024 * columns)
  let rows = 0
  return {
    push: (row) => {
      if ((rows + 1) * columns > data.length) {
        const longer = new Float64Array(2 * data.length)
        longer.set(data)
        data = longer
      }
      data.set(row, rows * columns)
      rows++
    },
    matrix: () => ({ data: data.subarray(0, rows * columns), rows, columns }),
  }
}
