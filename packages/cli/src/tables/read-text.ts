/** Text tables: comma, semicolon, tab, bar or spaces between the cells, with or without a header. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { assembleTable, type FoundColumn } from './assemble.js'
import { type ColumnBuilder, columnBuilder } from './column-builder.js'
import type { ColumnSelection } from './columns.js'
import { type Dialect, detectDialect } from './dialect.js'
import { visitRecords } from './records.js'
import type { RawTable } from './table.js'
import { decodeText } from './text-decode.js'

interface Cells {
  readonly builders: readonly ColumnBuilder[]
  /** The line each record starts on. */
  readonly lines: readonly number[]
}

const raggedError = (source: string, line: number, found: number, expected: number, second: boolean): TweedieError =>
  tweedieError(
    'InvalidTable',
    `${source}, line ${line}`,
    `${found} ${found === 1 ? 'cell' : 'cells'} where the first row has ${expected}`,
    second && found === expected + 1
      ? 'If the rows begin with a name or number of their own, give that column a name in the header'
      : 'Give every row the same number of cells',
  )

const readCells = (text: string, dialect: Dialect, source: string): E.Either<TweedieError, Cells> => {
  const builders: ColumnBuilder[] = []
  const lines: number[] = []
  return pipe(
    visitRecords(text, dialect, source, (cells, line) => {
      if (lines.length === 0) for (const _ of cells) builders.push(columnBuilder())
      if (cells.length !== builders.length) return raggedError(source, line, cells.length, builders.length, lines.length === 1)
      lines.push(line)
      for (let j = 0; j < cells.length; j++) (builders[j] as ColumnBuilder).push(cells[j] as string)
      return undefined
    }),
    E.map(() => ({ builders, lines })),
  )
}

/** Quotes around the first record's cell of a numeric column, but not around the second's, mark a header of numbers. */
const quotedHeader = (text: string, dialect: Dialect, builders: readonly ColumnBuilder[]): boolean => {
  const quote = (line: string | undefined): readonly boolean[] =>
    (line ?? '').split(dialect.delimiter).map((cell) => /^"[^"]*"$/.test(cell.trim()))
  const [first, second] = text.split(dialect.newline, 2).map(quote)
  return (
    first?.length === builders.length &&
    second?.length === builders.length &&
    builders.some((builder, j) => first[j] === true && second[j] === false && builder.isNumeric(false))
  )
}

const hasHeader = (text: string, dialect: Dialect, { builders, lines }: Cells): boolean => {
  if (lines.length === 1) return builders.every((builder) => builder.head().flaw === 'text' || builder.head().text === '')
  return (
    builders.some((builder) => builder.head().flaw === 'text' && builder.isNumeric(false)) ||
    quotedHeader(text, dialect, builders) ||
    namesOverText(builders)
  )
}

/** In a table of text alone: names that no row repeats, each given once, over a column whose cells do repeat. */
const namesOverText = (builders: readonly ColumnBuilder[]): boolean => {
  const heads = builders.map((builder) => builder.head().text)
  if (builders.some((builder) => builder.isNumeric(true)) || heads.includes('') || new Set(heads).size < heads.length) return false
  const below = builders.map((builder) => builder.texts(false) ?? [])
  return below.every((cells, j) => !cells.includes(heads[j] as string)) && below.some((cells) => 2 * new Set(cells).size <= cells.length)
}

/** The text of one column, from a second reading: for the rare column whose first thousand rows are numbers and whose most are not. */
const readTexts = (text: string, dialect: Dialect, source: string, column: number): readonly string[] => {
  const texts: string[] = []
  visitRecords(text, dialect, source, (cells) => {
    texts.push((cells[column] as string).trim())
    return undefined
  })
  return texts
}

const build = (
  text: string,
  dialect: Dialect,
  source: string,
  cells: Cells,
  selection: ColumnSelection,
): E.Either<TweedieError, RawTable> => {
  const { builders, lines } = cells
  if (lines.length === 0)
    return E.left(
      tweedieError('InvalidTable', source, 'the file holds nothing but blank lines', 'Check that the program that wrote it finished'),
    )
  const header = hasHeader(text, dialect, cells)
  const rows = lines.length - (header ? 1 : 0)
  if (rows === 0)
    return E.left(tweedieError('InvalidTable', source, 'the table has a header but no rows', 'Add rows of numbers below the header'))
  const columns = builders.map((builder, j): FoundColumn => {
    const named = header ? builder.head().text : ''
    const name = named === '' ? `column${j + 1}` : named
    const texts = (): readonly string[] => builder.texts(!header) ?? readTexts(text, dialect, source, j).slice(header ? 1 : 0)
    return builder.isNumeric(!header)
      ? {
          name,
          kind: 'number',
          values: builder.values(!header),
          fault: builder.fault(!header),
          otherFault: () => builder.otherFault(!header),
          texts,
        }
      : { name, kind: 'text', texts }
  })
  return assembleTable({ source, rows, columns, locate: (row) => `line ${lines[row + (header ? 1 : 0)] ?? '?'}` }, selection)
}

/**
 * Reads the bytes of a text table. The first row is a header when one of its cells is text over a column of numbers, or, in
 * a table of text alone, when none of its cells comes again and other cells do. Gives
 * `InvalidTable` (ragged row, bad cell, missing value, nothing but a header), `NotFinite`, or `FileError` when it is not text.
 */
export const readText = (
  bytes: Uint8Array,
  source: string,
  extension: '.csv' | '.tsv' | '.txt',
  selection: ColumnSelection,
): E.Either<TweedieError, RawTable> =>
  pipe(
    decodeText(bytes, source),
    E.map(withoutHash),
    E.chain((text) => {
      const dialect = detectDialect(text, extension)
      return pipe(
        readCells(text, dialect, source),
        E.chain((cells) => build(text, dialect, source, cells, selection)),
      )
    }),
  )

/** numpy.savetxt and gnuplot put `# ` before the header. */
const withoutHash = (text: string): string => text.replace(/^#[ \t]*/, '')
