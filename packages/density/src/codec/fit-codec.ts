import { type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import type { Codec, ColumnCodec } from './codec.js'
import { findDateFormat, parseDate } from './date-format.js'
import { derive, type Seen, sameSplit, splitHash } from './derive.js'
import { type Distinct, distinctCells } from './distinct.js'
import { encodeRows } from './encode-rows.js'
import { modelColumns } from './model-columns.js'
import { numberForm } from './number-form.js'
import { inOrder } from './order-categories.js'
import { requireTable, type TableColumn } from './table-column.js'

export interface CodecOptions {
  /** Where the numbers behind missing cells, and within the steps of one-hot columns, come from. */
  readonly key: Key
  /** Columns of numbers or dates to be learnt as categories, by name. */
  readonly categories?: readonly string[]
  /** One number for a category, its place among the labels (`order`), or one for each label (`one-hot`). Default `order`. */
  readonly encoding?: 'order' | 'one-hot'
  /** A column of text with more different cells than this, or than half the rows, is left out. Default 100. */
  readonly mostCategories?: number
  /** Decoded numbers stay between the smallest and largest seen (`seen`), or may go beyond (`open`). Default `seen`. */
  readonly bounds?: 'seen' | 'open'
  /** False: copies and relabelled columns are learnt like any other. Default true. */
  readonly merge?: boolean
}

export interface FittedCodec {
  readonly codec: Codec
  /** The rows that it was fitted to, encoded: rows × `codec.names.length`. */
  readonly matrix: HostMatrix
  /** Columns that it does not know, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
}

/**
 * Finds out what kind each column of a table is. Constants are kept out of the model, and so are copies of an earlier column, exact affine functions
 * of it, and other names for the same categories. Text is a category, or a number where all cells are dates of one ISO 8601 format. Numbers keep their
 * decimal step and range. A column of numbers with missing cells has a second model column, which says where.
 *
 * Throws `InvalidTable` for fewer than two rows, cells that do not make a table, no column that varies, or a column of `categories` with more than
 * `mostCategories` different cells; `InvalidArgument` for a name in `categories` that no column has; `NotFinite` for an infinite number.
 */
export const fitCodec = (columns: readonly TableColumn[], options: CodecOptions): FittedCodec => {
  const rows = requireTable('fitCodec', columns)
  if (rows < 2) throw tweedieError('InvalidTable', 'fitCodec', `${rows} rows`, 'A distribution needs at least two rows to be learnt from')
  for (const name of options.categories ?? [])
    if (!columns.some((column) => column.name === name))
      throw tweedieError('InvalidArgument', 'fitCodec', `there is no column "${name}" to take as a category`, 'Name columns of the table')

  const leftOut: { name: string; why: string }[] = []
  const seen: Seen[] = []
  const bySplit = new Map<number, number[]>()
  for (const column of columns) {
    const distinct = distinctCells(column)
    const found = describe(column, distinct, options)
    if ('why' in found) {
      leftOut.push({ name: column.name, why: found.why })
      continue
    }
    const hash = splitHash(distinct)
    const alike = bySplit.get(hash) ?? []
    const derived = options.merge === false || found.codec.kind === 'constant' ? undefined : firstDerived(found, alike, seen)
    if (derived === undefined) bySplit.set(hash, [...alike, seen.length])
    seen.push(derived === undefined ? found : { ...found, codec: { name: column.name, type: column.kind, ...derived } })
  }
  const codec = modelColumns(
    inOrder(seen),
    seen.map(({ numbers }) => numbers),
  )
  if (codec.names.length === 0)
    throw tweedieError(
      'InvalidTable',
      'fitCodec',
      leftOut.length === 0
        ? 'every column is constant'
        : `no column is left that varies (left out: ${leftOut.map(({ name, why }) => `"${name}", ${why}`).join('; ')})`,
      'Give a table with a column that has a distribution to learn',
    )
  return { codec, matrix: encodeRows(codec, columns, options.key), leftOut }
}

const firstDerived = (found: Seen, alike: readonly number[], seen: readonly Seen[]) => {
  for (const of of alike) {
    const earlier = seen[of] as Seen
    const derived = sameSplit(found.distinct, earlier.distinct) ? derive(found, earlier, of) : undefined
    if (derived !== undefined) return derived
  }
  return undefined
}

/** The kind of one column by itself. The model column `at` is not known yet. */
const describe = (
  column: TableColumn,
  distinct: Distinct,
  { categories = [], encoding = 'order', mostCategories = 100, bounds }: CodecOptions,
): Seen | { readonly why: string } => {
  const { name, kind: type } = column
  const rows = distinct.codes.length
  const count = distinct.counts.length
  const asCategory = (): Seen => {
    const labels = Array.from({ length: count }, (_, code) => distinct.label(code))
    return {
      codec: { name, type, kind: encoding === 'order' ? 'category' : 'one-hot', at: 0, labels },
      distinct,
      numbers: Float64Array.from(distinct.codes),
    }
  }
  if (count === 1) return { codec: { name, type, kind: 'constant', label: distinct.label(0) }, distinct, numbers: new Float64Array(0) }
  if (categories.includes(name)) {
    if (count > mostCategories)
      throw tweedieError(
        'InvalidTable',
        `fitCodec, column "${name}"`,
        `it has ${count} different cells, more than ${mostCategories}`,
        'Take a column with fewer as a category, or allow more',
      )
    return asCategory()
  }
  const date = column.kind === 'text' ? findDateFormat(column.values) : undefined
  if (column.kind === 'text' && date === undefined) {
    const most = Math.min(mostCategories, rows / 2)
    if (count <= most) return asCategory()
    return { why: `text with ${count} different cells in ${rows} rows, for example ${example(distinct)}` }
  }
  const numbers =
    column.kind === 'number'
      ? column.values
      : Float64Array.from(column.values, (cell) => (date && cell !== '' ? parseDate(date, cell) : Number.NaN))
  const holes = numbers.some(Number.isNaN)
  // One value and nothing: all that is to be learnt is where.
  if (holes && count === 2) return asCategory()
  const codec: ColumnCodec = { name, type, kind: 'number', at: 0, ...numberForm(numbers, bounds !== 'open' || date !== undefined, date) }
  return { codec, distinct, numbers }
}

const example = ({ counts, label }: Distinct): string => {
  const cell = counts.map((_, code) => label(code)).find((text) => text !== '') ?? ''
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 39)}…` : cell)
}
