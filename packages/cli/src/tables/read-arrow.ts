/** Arrow IPC files (Feather version 2) and streams as tables. apache-arrow reads them; here their types become numbers and text. */

import { type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { arrowBatches } from './arrow-batches.js'
import { arrowValues, kindOf } from './arrow-values.js'
import { assembleTable, type FoundColumn } from './assemble.js'
import type { ColumnSelection } from './columns.js'
import type { RawTable } from './table.js'
import { numberBuilder, type TypedBuilder, textBuilder } from './typed-builder.js'

/** A column of a type that is no number and no text: refused when it is wanted, by the name of its type. */
const strangeColumn = (name: string, rows: number, type: string): FoundColumn => ({
  name,
  kind: 'number',
  values: new Float64Array(rows).fill(Number.NaN),
  fault: { row: 0, flaw: 'text', text: type },
  texts: () => new Array<string>(rows).fill(''),
})

const readColumns = (bytes: Uint8Array, source: string): { readonly rows: number; readonly columns: readonly FoundColumn[] } => {
  const { schema, batches } = arrowBatches(bytes)
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0)
  if (rows === 0 || schema.fields.length === 0)
    throw tweedieError(
      'InvalidTable',
      source,
      `the table has ${schema.fields.length} columns and ${rows} rows`,
      'Write a table that has rows and columns',
    )
  const columns = schema.fields.map((field, j): FoundColumn => {
    const { type } = field
    // A field without a name has none in the file either.
    const name = (field.name as string | null) ?? ''
    const kind = kindOf(type)
    if (kind === undefined) return strangeColumn(name, rows, String(type))
    const builder: TypedBuilder = kind === 'number' ? numberBuilder(name, rows, Number) : textBuilder(name)
    let from = 0
    for (const { data, numRows } of batches) {
      const child = data.children[j]
      if (child === undefined || child.length !== numRows) throw new Error(`its column "${name}" does not hold a value for each row`)
      builder.take(arrowValues(child), from)
      from += numRows
    }
    return builder.found()
  })
  return { rows, columns }
}

/**
 * Reads the bytes of an Arrow IPC file or stream, told apart by how they begin; buffers may be compressed with LZ4 or zstd. Integers,
 * floats, decimals and booleans are numbers (beyond 2^53: the nearest double); strings, dates and times are text; a dictionary is what its
 * entries are. Gives `FileError` when the bytes are damaged or cut short (a stream must end with its end mark), `InvalidTable` for a null in
 * a wanted numeric column, a wanted column of lists, structures or bytes, or no rows, `NotFinite` with row and column.
 */
export const readArrow = (bytes: Uint8Array, source: string, selection: ColumnSelection): E.Either<TweedieError, RawTable> =>
  pipe(
    E.tryCatch(
      () => readColumns(bytes, source),
      (thrown) =>
        toTweedieError(thrown, {
          tag: 'FileError',
          where: source,
          what: 'this Arrow file cannot be read',
          mend: 'Check that its name says the right format, or write it again (pyarrow.feather.write_feather)',
        }),
    ),
    E.chain(({ rows, columns }) => assembleTable({ source, rows, columns, locate: (row) => `row ${row + 1}` }, selection)),
  )
