/** Parquet files as tables. hyparquet reads them; here their types become numbers and text. */

import { type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ColumnData, type FileMetaData, parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { assembleTable, type FoundColumn } from './assemble.js'
import type { ColumnSelection } from './columns.js'
import { checkParquet } from './parquet-pages.js'
import type { RawTable } from './table.js'
import { numberBuilder, type TypedBuilder, textBuilder } from './typed-builder.js'

const pow10 = (exponent: number): number => Number(`1e${exponent}`)

/** hyparquet scales a decimal by 10^−scale, which rounds twice: 3 · 0.1 is not 0.3. The whole number divided by 10^scale rounds once. */
const decimalValue = (scaled: number, scale: number): number => {
  const whole = Math.round(scaled * pow10(scale))
  return Number.isSafeInteger(whole) && scale <= 22 ? whole / pow10(scale) : scaled
}

/** How a value of a numeric column becomes a number; nothing for a column of text. */
const numberOf = ({ type, converted_type, logical_type, scale = 0 }: SchemaElement): ((value: unknown) => number) | undefined => {
  if (converted_type === 'DECIMAL') return (value) => decimalValue(Number(value), scale)
  if (logical_type?.type === 'FLOAT16') return Number
  if (/^(DATE|TIME|TIMESTAMP|INTERVAL)/.test(converted_type ?? logical_type?.type ?? '')) return undefined
  return type === 'BOOLEAN' || type === 'INT32' || type === 'INT64' || type === 'FLOAT' || type === 'DOUBLE' ? Number : undefined
}

/** Newer writers may give a decimal by its logical type alone, which hyparquet would leave unscaled. */
const settleDecimals = (metadata: FileMetaData): void => {
  for (const element of metadata.schema)
    if (element.logical_type?.type === 'DECIMAL' && element.converted_type === undefined) {
      element.converted_type = 'DECIMAL'
      element.scale = element.logical_type.scale
    }
}

const readColumns = async (bytes: Uint8Array, source: string): Promise<{ rows: number; columns: readonly FoundColumn[] }> => {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const metadata = parquetMetadata(file)
  settleDecimals(metadata)
  const { rows, schema } = checkParquet(file, metadata)
  const fields = schema.children
  if (rows === 0 || fields.length === 0)
    throw tweedieError(
      'InvalidTable',
      source,
      `the table has ${fields.length} columns and ${rows} rows`,
      'Write a table that has rows and columns',
    )
  const builders = new Map<string, TypedBuilder>()
  for (const { element, children } of fields) {
    if (builders.has(element.name))
      throw tweedieError('InvalidTable', source, `two columns are called "${element.name}"`, 'Rename one of them')
    const convert = children.length > 0 || element.repetition_type === 'REPEATED' ? undefined : numberOf(element)
    builders.set(element.name, convert === undefined ? textBuilder(element.name) : numberBuilder(element.name, rows, convert))
  }
  const groupEnds: number[] = []
  for (const group of metadata.row_groups) groupEnds.push((groupEnds.at(-1) ?? 0) + Number(group.num_rows))
  const filled = new Map<string, number>()
  const onChunk = ({ columnName, columnData, rowStart }: ColumnData): void => {
    builders.get(columnName)?.take(columnData, rowStart)
    // A row group with too many values must not make up for one with too few.
    const room = (groupEnds.find((end) => end > rowStart) ?? rowStart) - rowStart
    filled.set(columnName, (filled.get(columnName) ?? 0) + (columnData.length > room ? Number.NaN : columnData.length))
  }
  await parquetRead({ file, metadata, compressors, onChunk })
  for (const name of builders.keys())
    if (filled.get(name) !== rows) throw new Error(`its column "${name}" does not hold a value for each of the ${rows} rows`)
  return { rows, columns: [...builders.values()].map((builder) => builder.found()) }
}

/**
 * Reads the bytes of a Parquet file. Integers, floats, decimals and booleans are numbers (beyond 2^53: the nearest double); strings,
 * dates, times and nested values are text. Gives `FileError` when the bytes are damaged or compressed in an unknown way,
 * `InvalidTable` for a null in a wanted numeric column or no rows, `NotFinite` with row and column.
 */
export const readParquet = (bytes: Uint8Array, source: string, selection: ColumnSelection): TE.TaskEither<TweedieError, RawTable> =>
  pipe(
    TE.tryCatch(
      () => readColumns(bytes, source),
      (thrown) =>
        toTweedieError(thrown, {
          tag: 'FileError',
          where: source,
          what: 'this Parquet file cannot be read',
          mend: 'Check that its name says the right format, or write it again',
        }),
    ),
    TE.chainEitherK(({ rows, columns }) => assembleTable({ source, rows, columns, locate: (row) => `row ${row + 1}` }, selection)),
  )
