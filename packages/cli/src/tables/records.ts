/** The rows of a text table, one after another, each with the line it starts on. Papa Parse does the parsing. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import Papa from 'papaparse'
import { type Dialect, spacedCells } from './dialect.js'

/** Takes the cells of a row and its line (from 1); what it returns, if anything, ends the reading. */
export type RecordVisitor = (cells: readonly string[], line: number) => TweedieError | undefined

/** Characters parsed at a time, so that the cells of a large file are not all held at once. */
const pieceSize = 4_194_304

const linesIn = (cells: readonly string[], newline: string): number => {
  let lines = 1
  for (const cell of cells) if (cell.includes(newline)) lines += cell.split(newline).length - 1
  return lines
}

/**
 * Visits every row that is not blank. Gives `InvalidTable` for a quoted cell that does not end, or goes on after its closing quote;
 * and the visitor's errors.
 */
export const visitRecords = (
  text: string,
  { delimiter, newline }: Dialect,
  source: string,
  visit: RecordVisitor,
): E.Either<TweedieError, void> => {
  const spaced = delimiter === ' '
  let line = 1
  let failure: TweedieError | undefined

  const quoteError = (what: string): TweedieError =>
    tweedieError('InvalidTable', `${source}, line ${line}`, what, 'Close the quotes, and write a quote inside a quoted cell twice ("")')

  const take = (data: readonly (readonly string[])[], errors: readonly Papa.ParseError[]): TweedieError | undefined => {
    // An error in a row that is not there yet belongs to the next piece, which holds all of that row.
    const broken = new Map<number, string>()
    for (const { row, code } of errors) if (row !== undefined && row < data.length && !broken.has(row)) broken.set(row, code)
    for (const [i, record] of data.entries()) {
      const code = broken.get(i)
      if (code !== undefined)
        return quoteError(
          code === 'MissingQuotes'
            ? 'a quoted cell is not closed before the end of the file'
            : 'a quoted cell goes on after its closing quote',
        )
      const cells = spaced ? spacedCells(record) : record
      const blank = cells.length === 0 || (cells.length === 1 && (cells[0] as string).trim() === '')
      if (!blank) {
        const stop = visit(cells, line)
        if (stop !== undefined) return stop
      }
      line += linesIn(record, newline)
    }
    // No row ends within the whole piece: a quote without an end. To search on would take time that grows with the square of the size.
    return data.length === 0 && errors.length > 0 ? quoteError('a quoted cell is not closed') : undefined
  }

  // The published types know pieces for files alone; a string is read in pieces just so, before `parse` returns.
  const config: Papa.ParseConfig<string[]> & Pick<Papa.ParseLocalConfig<string[], File>, 'chunk' | 'chunkSize'> = {
    delimiter,
    newline,
    chunkSize: pieceSize,
    chunk: ({ data, errors }, parser) => {
      failure = take(data, errors)
      if (failure !== undefined) parser.abort()
    },
  }
  Papa.parse<string[]>(spaced ? text.replaceAll('\t', ' ') : text, config)
  return failure === undefined ? E.right(undefined) : E.left(failure)
}
