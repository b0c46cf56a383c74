/** Writes columns of numbers and text, with missing cells, to a file of any format that can hold them. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { FileContent } from '../files/write-atomic.js'
import { arrowColumns } from './arrow-content.js'
import { csvColumns } from './csv-content.js'
import type { TableFormat } from './format.js'
import { matrixOf } from './matrix-of.js'
import type { RawColumn } from './table.js'
import { writeContent } from './write-content.js'
import { type WriteTableOptions, writeTable } from './write-table.js'

/**
 * Writes columns, NaN and '' as missing cells: empty in text, null in Parquet and Arrow. Columns of finite numbers alone are written as `writeTable` does,
 * .npy among them.
 *
 * Gives `FileError` (as `writeTable`, and for text or missing cells in .npy), `InvalidArgument` (no column, or two of one name), `ShapeMismatch` (columns of
 * different lengths), `NotFinite` (an infinite number) or `Aborted`.
 */
export const writeColumns = (
  path: string,
  columns: readonly RawColumn[],
  options: Pick<WriteTableOptions, 'signal'> = {},
): TE.TaskEither<TweedieError, void> => {
  const names = columns.map(({ name }) => name)
  const rows = columns[0]?.values.length ?? 0
  const uneven = columns.find(({ values }) => values.length !== rows)
  if (uneven !== undefined)
    return TE.left(
      tweedieError(
        'ShapeMismatch',
        path,
        `column "${uneven.name}" has ${uneven.values.length} cells and the first ${rows}`,
        'Give each a cell for each row',
      ),
    )
  const numbers = columns.flatMap((column) => (column.kind === 'number' && !column.values.some(Number.isNaN) ? [column.values] : []))
  if (numbers.length === columns.length) return writeTable(path, names, matrixOf(numbers, rows), options)
  return writeContent(
    path,
    (format) => check(path, columns, format),
    (format) => contentOf(format, columns),
    options.signal,
  )
}

const check = (path: string, columns: readonly RawColumn[], { kind }: TableFormat): E.Either<TweedieError, void> => {
  const names = columns.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined)
    return E.left(tweedieError('InvalidArgument', path, `two columns are called "${twice}"`, 'Give each column its own name'))
  for (const { name, values } of columns) {
    const bad = values.findIndex((value: number | string) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    if (bad >= 0)
      return E.left(
        tweedieError(
          'NotFinite',
          path,
          `row ${bad + 1}, column "${name}" is ${values[bad]}`,
          'A table holds finite numbers; find out where this one comes from',
        ),
      )
  }
  if (kind !== 'npy') return E.right(undefined)
  const other =
    columns.find((column) => column.kind === 'text') ?? columns.find(({ values }) => values.some((value) => Number.isNaN(value)))
  return E.left(
    tweedieError(
      'FileError',
      path,
      `a .npy file holds numbers alone, and column "${other?.name ?? ''}" ${other?.kind === 'text' ? 'is text' : 'has missing cells'}`,
      'Write .csv, .tsv, .parquet or .arrow',
    ),
  )
}

const contentOf = (format: TableFormat, columns: readonly RawColumn[]): FileContent => {
  switch (format.kind) {
    case 'text':
      return csvColumns(columns, format.extension === '.tsv' ? '\t' : ',')
    case 'arrow':
      return arrowColumns(columns, format.layout)
    default:
      return new Uint8Array(parquetWriteBuffer({ columnData: columns.map(parquetColumn), createdBy: 'tweedie' }))
  }
}

/** Plain encoding for numbers: a dictionary takes −0 for 0. */
const parquetColumn = (column: RawColumn) => {
  const { name } = column
  if (column.kind === 'text')
    return { name, data: column.values.map((cell) => (cell === '' ? null : cell)), type: 'STRING' as const, nullable: true }
  const data = Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
  return { name, data, type: 'DOUBLE' as const, nullable: true, encoding: 'PLAIN' as const }
}
