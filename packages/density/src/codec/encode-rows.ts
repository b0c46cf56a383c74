import { fold, type HostMatrix, type Key, type TweedieError, tweedieError, uniformArray } from '@tweedie/core'
import type { CategoryColumn, Codec, ColumnCodec, NumericColumn, OneHotColumn } from './codec.js'
import { parseDate } from './date-format.js'
import { labelsOf, numbersOf, requireTable, type TableColumn } from './table-column.js'

export interface EncodeOptions {
  /**
   * What to do with a cell of a kind that the fitted rows did not have: an unknown category, a missing cell in a column that had none, another value
   * in a constant column. `refuse` is an error; `admit` gives an unknown category the number of labels (one-hot: none of them), fills the missing cell
   * and lets the constant pass. Default `refuse`.
   */
  readonly unseen?: 'refuse' | 'admit'
}

/**
 * A table's rows as numbers: rows × `codec.names.length`. Columns are found by name; those that follow from another may be absent, and others are
 * not looked at. The number behind a missing cell of row i depends on the key and i alone.
 *
 * Throws `InvalidTable` for an absent column, a cell of text where a number or date belongs, or an unseen cell; `NotFinite` for an infinite number.
 */
export const encodeRows = (
  codec: Codec,
  columns: readonly TableColumn[],
  key: Key,
  { unseen = 'refuse' }: EncodeOptions = {},
): HostMatrix => {
  const rows = requireTable('encodeRows', columns)
  const width = codec.names.length
  const data = new Float64Array(rows * width)
  const context = { data, width, rows, key, strict: unseen === 'refuse' }
  for (const column of codec.columns) {
    const found = columns.find(({ name }) => name === column.name)
    if (column.kind === 'constant' && found !== undefined && context.strict) requireConstant(column.name, column.label, found)
    if (column.kind !== 'number' && column.kind !== 'category' && column.kind !== 'one-hot') continue
    if (found === undefined) throw refused('encodeRows', `there is no column "${column.name}"`, 'Give all columns that the model learnt')
    if (column.kind === 'number') encodeNumber(context, column, found)
    else encodeCategory(context, column, found)
  }
  return { data, rows, columns: width }
}

interface Context {
  readonly data: Float64Array
  readonly width: number
  readonly rows: number
  readonly key: Key
  readonly strict: boolean
}

const refused = (where: string, what: string, mend: string): TweedieError => tweedieError('InvalidTable', where, what, mend)
const cell = (row: number, name: string): string => `encodeRows, row ${row + 1}, column "${name}"`

const encodeNumber = ({ data, width, rows, key, strict }: Context, column: NumericColumn & { name: string }, found: TableColumn): void => {
  const { at, missing, date, name } = column
  const numbers = date === undefined ? numbersOf(found) : datesOf(found, date, name)
  if ('row' in numbers)
    throw refused(cell(numbers.row, name), `"${found.values[numbers.row]}" is not a number`, 'Give numbers, or leave the cell empty')
  const draws = numbers.some(Number.isNaN) ? uniformArray(fold(key, at), rows) : undefined
  const [least, most] = column.range
  for (let i = 0; i < rows; i++) {
    const value = numbers[i] as number
    const hole = Number.isNaN(value)
    if (hole && missing === undefined && strict)
      throw refused(cell(i, name), 'it is missing, and no cell of this column was when the model was fitted', 'Fill it or remove the row')
    const draw = draws?.[i] ?? 0
    data[i * width + at] = !hole
      ? value
      : missing === undefined
        ? least + (most - least) * draw
        : (missing.fill[Math.floor(draw * missing.fill.length)] as number)
    if (missing !== undefined) data[i * width + missing.at] = hole ? 1 : 0
  }
}

const datesOf = (found: TableColumn, date: NonNullable<NumericColumn['date']>, name: string): Float64Array =>
  Float64Array.from(labelsOf(found), (text, i) => {
    const count = text === '' ? Number.NaN : parseDate(date, text)
    if (text !== '' && Number.isNaN(count))
      throw refused(cell(i, name), `"${text}" is not a date as the others are written`, `Write it to the ${date.unit}, like the others`)
    return count
  })

const encodeCategory = (
  { data, width, rows, key, strict }: Context,
  { kind, at, labels, name }: (CategoryColumn | OneHotColumn) & Pick<ColumnCodec, 'name'>,
  found: TableColumn,
): void => {
  const places = new Map(labels.map((label, place) => [label, place]))
  const cells = labelsOf(found)
  const row = strict ? cells.findIndex((label) => !places.has(label)) : -1
  if (row >= 0) {
    const known = labels.slice(0, 10).map((label) => `"${label}"`)
    throw refused(
      cell(row, name),
      `"${cells[row]}" is not one of its categories`,
      `Known are ${known.join(', ')}${labels.length > 10 ? ` and ${labels.length - 10} more` : ''}`,
    )
  }
  if (kind === 'category') {
    for (let i = 0; i < rows; i++) data[i * width + at] = places.get(cells[i] as string) ?? labels.length
    return
  }
  for (let k = 0; k < labels.length; k++) {
    const within = uniformArray(fold(key, at + k), rows)
    for (let i = 0; i < rows; i++) data[i * width + at + k] = (places.get(cells[i] as string) === k ? 1 : 0) + (within[i] as number)
  }
}

const requireConstant = (name: string, label: string, found: TableColumn): void => {
  const cells = labelsOf(found)
  const row = cells.findIndex((text) => text !== label)
  if (row >= 0)
    throw refused(
      cell(row, name),
      `it is "${cells[row]}" where the model knows only "${label}"`,
      'Leave the row out, or fit to a table that has both',
    )
}
