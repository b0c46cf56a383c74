/** Writes a table to a file of any writable format. */

import { type HostMatrix, type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { dump } from 'npyjs'
import type { FileContent } from '../files/write-atomic.js'
import { arrowContent } from './arrow-content.js'
import { csvContent } from './csv-content.js'
import type { TableFormat } from './format.js'
import { writeContent } from './write-content.js'

export interface WriteTableOptions {
  /** Digits after the point, 0 to 20, in text formats. Default: the shortest form that reads back as the same number. */
  readonly decimals?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const check = (
  path: string,
  names: readonly string[],
  matrix: HostMatrix,
  format: TableFormat,
  decimals: number | undefined,
): E.Either<TweedieError, void> => {
  const refuse = (tag: 'ShapeMismatch' | 'InvalidArgument' | 'NotFinite', what: string, mend: string): E.Either<TweedieError, never> =>
    E.left(tweedieError(tag, path, what, mend))
  if (names.length !== matrix.columns)
    return refuse('ShapeMismatch', `${names.length} names for ${matrix.columns} columns`, 'Give one name for each column')
  if (matrix.columns === 0) return refuse('InvalidArgument', 'a table without columns cannot be written', 'Give at least one column')
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) return refuse('InvalidArgument', `two columns are called "${twice}"`, 'Give each column its own name')
  if (decimals !== undefined && format.kind !== 'text')
    return refuse(
      'InvalidArgument',
      `decimals are for text, and a .${format.kind} file holds the numbers themselves`,
      'Leave decimals out, or write a .csv file',
    )
  if (decimals !== undefined && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 20))
    return refuse('InvalidArgument', `${decimals} decimals cannot be written`, 'Give a whole number from 0 to 20')
  const bad = matrix.data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    return refuse(
      'NotFinite',
      `row ${Math.floor(bad / matrix.columns) + 1}, column "${names[bad % matrix.columns]}" is ${matrix.data[bad]}`,
      'A table holds finite numbers only; find out where this one comes from',
    )
  return E.right(undefined)
}

const columnOf = ({ data, rows, columns }: HostMatrix, j: number): Float64Array => {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = data[i * columns + j] as number
  return values
}

const contentOf = (format: TableFormat, names: readonly string[], matrix: HostMatrix, decimals: number | undefined): FileContent => {
  switch (format.kind) {
    case 'text':
      return csvContent(names, matrix, format.extension === '.tsv' ? '\t' : ',', decimals)
    case 'npy':
      return new Uint8Array(dump(matrix.data, [matrix.rows, matrix.columns]))
    case 'parquet':
      // Plain encoding: a dictionary takes −0 for 0.
      return new Uint8Array(
        parquetWriteBuffer({
          columnData: names.map((name, j) => ({ name, data: columnOf(matrix, j), type: 'DOUBLE', nullable: false, encoding: 'PLAIN' })),
          createdBy: 'tweedie',
        }),
      )
    case 'arrow':
      return arrowContent(names, matrix, format.layout)
  }
}

/**
 * Writes a matrix of rows × columns as .csv, .tsv, .npy (float64, C order, without the names), .parquet (DOUBLE), .arrow or .feather (Arrow IPC
 * file, float64) or .arrows (Arrow IPC stream), each with or without .gz after it, whole or not at all. What it writes, `readTable` reads back bit for bit, unless `decimals` rounds it.
 *
 * Gives `FileError` (unknown ending, no such folder, no permission), `ShapeMismatch` (names and columns differ in number),
 * `InvalidArgument` (two columns of one name, decimals out of range), `NotFinite` (row and column named) or `Aborted`.
 */
export const writeTable = (
  path: string,
  names: readonly string[],
  matrix: HostMatrix,
  options: WriteTableOptions = {},
): TE.TaskEither<TweedieError, void> =>
  writeContent(
    path,
    (format) => check(path, names, matrix, format, options.decimals),
    (format) => contentOf(format, names, matrix, options.decimals),
    options.signal,
  )
