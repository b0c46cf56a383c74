import { type TweedieError, tweedieError } from '@tweedie/core'

/** A column of a table as a file has it: numbers, where NaN is a missing cell, or text, where '' is one. */
export type TableColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] }

/** A number as the shortest text that reads back as the same double; −0 keeps its sign, NaN (missing) is ''. */
export const labelOfNumber = (value: number): string => (Number.isNaN(value) ? '' : Object.is(value, -0) ? '-0' : String(value))

/** The inverse of `labelOfNumber`. */
export const numberOfLabel = (label: string): number => (label === '' ? Number.NaN : Number(label))

/** The cells of a column as text; '' is missing. */
export const labelsOf = (column: TableColumn): readonly string[] =>
  column.kind === 'text' ? column.values : Array.from(column.values, labelOfNumber)

/** The cells of a column as numbers; NaN is missing. Gives the row of the first cell of text that is no finite number. */
export const numbersOf = (column: TableColumn): Float64Array | { readonly row: number } => {
  if (column.kind === 'number') return column.values
  const numbers = Float64Array.from(column.values, (cell) => (cell.trim() === '' ? Number.NaN : Number(cell)))
  const row = column.values.findIndex((cell, i) => cell.trim() !== '' && !Number.isFinite(numbers[i]))
  return row < 0 ? numbers : { row }
}

/** The cells of the rows named by `indices`, in that order. */
export const takeCells = (columns: readonly TableColumn[], indices: ArrayLike<number>): readonly TableColumn[] =>
  columns.map((column) =>
    column.kind === 'number'
      ? { ...column, values: Float64Array.from(indices, (i) => column.values[i] as number) }
      : { ...column, values: Array.from(indices, (i) => column.values[i] as string) },
  )

/** Throws `InvalidTable` for columns of different lengths or two of one name, and `NotFinite` for an infinite number. */
export const requireTable = (where: string, columns: readonly TableColumn[]): number => {
  const rows = columns[0]?.values.length ?? 0
  const names = new Set<string>()
  for (const { name, kind, values } of columns) {
    if (values.length !== rows) throw invalid(where, `column "${name}" has ${values.length} cells and the first column ${rows}`)
    if (names.has(name)) throw invalid(where, `two columns are called "${name}"`)
    names.add(name)
    const bad = kind === 'number' ? values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY) : -1
    if (bad >= 0)
      throw tweedieError(
        'NotFinite',
        `${where}, row ${bad + 1}, column "${name}"`,
        `it is ${values[bad]}`,
        'Give a finite number, or NaN for missing',
      )
  }
  return rows
}

const invalid = (where: string, what: string): TweedieError =>
  tweedieError('InvalidTable', where, what, 'Give each column a name of its own and a cell for each row')
