import { tweedieError } from './errors.js'

/**
 * A matrix on the host: `rows × columns` numbers, row-major. This is what tables, metrics and files exchange; it belongs to no
 * backend. Row i, column j is `data[i * columns + j]`.
 */
export interface HostMatrix {
  readonly data: Float64Array
  readonly rows: number
  readonly columns: number
}

/** Wraps row-major numbers as a matrix. Throws `ShapeMismatch` when their count is not `rows × columns`. */
export const hostMatrix = (data: ArrayLike<number>, rows: number, columns: number): HostMatrix => {
  if (data.length !== rows * columns || !(rows >= 0))
    throw tweedieError(
      'ShapeMismatch',
      'hostMatrix',
      `${data.length} numbers for ${rows} × ${columns}`,
      'Pass exactly rows × columns numbers in row-major order',
    )
  return { data: data instanceof Float64Array ? data : Float64Array.from(data), rows, columns }
}

/** A matrix from an array of rows. Throws `ShapeMismatch` when the rows differ in length. */
export const fromRows = (rows: readonly (readonly number[])[]): HostMatrix => {
  const columns = rows[0]?.length ?? 0
  const data = new Float64Array(rows.length * columns)
  rows.forEach((row, i) => {
    if (row.length !== columns)
      throw tweedieError(
        'ShapeMismatch',
        `fromRows, row ${i}`,
        `${row.length} numbers where the first row has ${columns}`,
        'Give every row the same length',
      )
    data.set(row, i * columns)
  })
  return { data, rows: rows.length, columns }
}

/** The rows named by `indices`, in that order (a copy). Throws `InvalidArgument` when there is no such row. */
export const takeRows = (matrix: HostMatrix, indices: ArrayLike<number>): HostMatrix => {
  const { columns } = matrix
  const data = new Float64Array(indices.length * columns)
  for (let k = 0; k < indices.length; k++) {
    const i = indices[k] as number
    if (!Number.isInteger(i) || i < 0 || i >= matrix.rows)
      throw tweedieError('InvalidArgument', 'takeRows', `index ${i} of ${matrix.rows} rows`, 'Use indices from 0 to rows − 1')
    data.set(matrix.data.subarray(i * columns, (i + 1) * columns), k * columns)
  }
  return { data, rows: indices.length, columns }
}

/** Column j as a new array of `rows` numbers. Throws `InvalidArgument` when there is no column j. */
export const column = (matrix: HostMatrix, j: number): Float64Array => {
  if (!Number.isInteger(j) || j < 0 || j >= matrix.columns)
    throw tweedieError('InvalidArgument', 'column', `column ${j} of ${matrix.columns}`, 'Use whole numbers from 0 to columns − 1')
  return Float64Array.from({ length: matrix.rows }, (_, i) => matrix.data[i * matrix.columns + j] as number)
}

/** Rows `from` (included) to `to` (excluded) as a view, not a copy. Throws `InvalidArgument` unless 0 ≤ from ≤ to ≤ rows. */
export const sliceRows = (matrix: HostMatrix, from: number, to: number): HostMatrix => {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= matrix.rows))
    throw tweedieError('InvalidArgument', 'sliceRows', `rows ${from} to ${to} of ${matrix.rows}`, 'Use whole numbers 0 ≤ from ≤ to ≤ rows')
  return { data: matrix.data.subarray(from * matrix.columns, to * matrix.columns), rows: to - from, columns: matrix.columns }
}

/** The columns that `columns` names, in that order (a copy). */
export const takeColumns = (matrix: HostMatrix, columns: readonly number[]): HostMatrix => {
  const data = new Float64Array(matrix.rows * columns.length)
  for (let i = 0; i < matrix.rows; i++)
    columns.forEach((from, j) => {
      data[i * columns.length + j] = matrix.data[i * matrix.columns + from] as number
    })
  return { data, rows: matrix.rows, columns: columns.length }
}
