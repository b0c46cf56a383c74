/** Reads a table from a file of any accepted format. */

import type { TweedieError } from '@tweedie/core'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { needFile, readBytes } from '../files/read-bytes.js'
import type { ColumnSelection } from './columns.js'
import { type TableFormat, tableFormat } from './format.js'
import { readArrow } from './read-arrow.js'
import { readNpy } from './read-npy.js'
import { readParquet } from './read-parquet.js'
import { readText } from './read-text.js'
import type { RawTable } from './table.js'

/** The columns that will be used: a bad cell elsewhere is no error, its column is then text. */
export interface ReadTableOptions extends ColumnSelection {
  readonly signal?: AbortSignal | undefined
}

const decode = (format: TableFormat, bytes: Uint8Array, path: string, options: ReadTableOptions): TE.TaskEither<TweedieError, RawTable> => {
  switch (format.kind) {
    case 'text':
      return TE.fromEither(readText(bytes, path, format.extension, options))
    case 'npy':
      return TE.fromEither(readNpy(bytes, path, options))
    case 'parquet':
      return readParquet(bytes, path, options)
    case 'arrow':
      return TE.fromEither(readArrow(bytes, path, options))
  }
}

/**
 * Reads .csv, .tsv, .txt, .npy, .parquet, .arrow, .feather or .arrows, each with or without .gz after it. Every number in the result is finite.
 *
 * Gives `FileError` (missing, a folder, unreadable, damaged, not of the format its name says), `InvalidTable` (empty, ragged, a cell
 * that is no number or is missing in a wanted numeric column), `NotFinite` (a NaN or infinity there), `InvalidArgument` (a selection
 * that names no column) or `Aborted`. Each names the file and, where it applies, the line or row and the column.
 */
export const readTable = (path: string, options: ReadTableOptions = {}): TE.TaskEither<TweedieError, RawTable> =>
  pipe(
    // That there is no such file says more than that its name has no known ending.
    needFile(path),
    TE.chainEitherK(() => tableFormat(path, 'read')),
    TE.bindTo('format'),
    TE.bind('bytes', () => readBytes(path, options)),
    TE.chain(({ format, bytes }) => decode(format, bytes, path, options)),
  )
