import { type HostMatrix, tweedieError } from '@tweedie/core'

/** The values that condition: column (from 0) → value, in the units of the cloud (scores). */
export type Given = Readonly<Record<number, number>>

/** The given values in the order of their columns. */
export interface Condition {
  readonly columns: readonly number[]
  readonly values: Float64Array
}

/** A `Given` checked against a cloud: its columns in increasing order. Throws `InvalidArgument` for no column, all columns or an unknown one, `NotFinite` for a NaN. */
export const requireGiven = (where: string, given: Given, total: number): Condition => {
  const columns = Object.keys(given).map(Number)
  requireGivenColumns(where, columns, total)
  columns.sort((a, b) => a - b)
  const values = Float64Array.from(columns, (j) => given[j] as number)
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) throw tweedieError('NotFinite', where, `the value ${values[bad]} for column ${columns[bad]}`, 'Condition on finite numbers')
  return { columns, values }
}

/** Throws `InvalidArgument` unless the columns are some, but not all, of `total`, each once. */
export const requireGivenColumns = (where: string, columns: readonly number[], total: number): void => {
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', where, what, mend)
  columns.forEach((j, k) => {
    if (!Number.isInteger(j) || j < 0 || j >= total)
      throw refuse(`a given column ${j} of ${total}`, `Columns are whole numbers from 0 to ${total - 1}`)
    if (columns.indexOf(j) < k) throw refuse(`column ${j} given twice`, 'Name each column once')
  })
  if (columns.length === 0) throw refuse('no column is given', 'Give at least one, or sample without a condition')
  if (columns.length === total) throw refuse(`all ${total} columns are given`, 'Leave at least one column to be drawn')
}

/** The columns that are not given, in order. */
export const freeColumns = (given: readonly number[], total: number): readonly number[] =>
  Array.from({ length: total }, (_, j) => j).filter((j) => !given.includes(j))

/** Full rows from drawn columns [m, dA] and given ones, [m, dB] or [1, dB] for all rows. */
export const joinColumns = (free: readonly number[], drawn: HostMatrix, columns: readonly number[], given: HostMatrix): HostMatrix => {
  const total = free.length + columns.length
  const data = new Float64Array(drawn.rows * total)
  for (let i = 0; i < drawn.rows; i++) {
    const from = given.rows === 1 ? 0 : i * columns.length
    free.forEach((j, k) => {
      data[i * total + j] = drawn.data[i * free.length + k] as number
    })
    columns.forEach((j, k) => {
      data[i * total + j] = given.data[from + k] as number
    })
  }
  return { data, rows: drawn.rows, columns: total }
}
