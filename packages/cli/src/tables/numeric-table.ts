/** From a table to the matrix of its numeric columns. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { flawOf, parseNumber, quoted } from './cell.js'
import { type ColumnChoice, type ColumnSelection, chooseColumns } from './columns.js'
import { sameName } from './distinct-names.js'
import { matrixOf } from './matrix-of.js'
import { dropOption } from './mend.js'
import type { NumberColumn, NumericTable, RawColumn, RawTable, TextColumn } from './table.js'

const isNumber = (column: RawColumn): column is NumberColumn => column.kind === 'number'

/** The row of the first cell that keeps a column from being one of numbers; an empty cell only if there is no other. */
const firstBadCell = ({ values }: TextColumn): number => {
  const text = values.findIndex((cell) => cell !== '' && !Number.isFinite(parseNumber(cell)) && flawOf(cell) === 'text')
  return text >= 0 ? text : values.findIndex((cell) => !Number.isFinite(parseNumber(cell)))
}

const textChosen = (raw: RawTable, column: TextColumn): TweedieError => {
  const row = firstBadCell(column)
  const cell = column.values[row]
  const [place, what] =
    cell === undefined
      ? ['', 'it is stored as text']
      : [
          `, ${raw.locate(row)}`,
          cell === '' ? 'the column has no numbers; this cell is empty' : `it is a column of text, for example ${quoted(cell)}`,
        ]
  return tweedieError('InvalidTable', `${raw.source}${place}, column "${column.name}"`, what, 'Choose columns of numbers only')
}

const whyLeftOut = ({ values }: TextColumn): string => {
  const example = values.find((cell) => cell !== '')
  return example === undefined ? 'every cell is empty' : `text, for example ${quoted(example)}`
}

const constants = (columns: readonly NumberColumn[]): readonly NumberColumn[] =>
  columns.filter(({ values }) => values.every((value) => value === values[0]))

const constantError = (raw: RawTable, found: readonly NumberColumn[]): TweedieError => {
  const [first, ...others] = found as [NumberColumn, ...NumberColumn[]]
  const more =
    others.length === 0
      ? ''
      : `, and so ${others.length === 1 ? 'is' : 'are'} ${others.map(({ name, values }) => `"${name}" (${values[0]})`).join(', ')}`
  return tweedieError(
    'InvalidTable',
    `${raw.source}, column "${first.name}"`,
    `the column is constant (every value is ${first.values[0]})${more}`,
    `A constant has no distribution to learn; leave it out: ${found.map(({ name }) => dropOption(name)).join(' ')}`,
  )
}

const build = (raw: RawTable, { candidates, named, label }: ColumnChoice): E.Either<TweedieError, NumericTable> => {
  const chosen = candidates.map((index) => raw.columns[index] as RawColumn)
  const texts = chosen.filter((column): column is TextColumn => column.kind === 'text')
  const numbers = chosen.filter(isNumber)
  const refuse = (what: string, mend: string): E.Either<TweedieError, never> => E.left(tweedieError('InvalidTable', raw.source, what, mend))

  if (named && texts[0] !== undefined) return E.left(textChosen(raw, texts[0]))
  if (numbers.length === 0) {
    const why = texts.slice(0, 3).map((column) => `"${column.name}": ${whyLeftOut(column)}`)
    return refuse(
      `there is no column of numbers to use${why.length === 0 ? '' : ` (${why.join('; ')})`}`,
      'Use a table with a column of numbers, its decimals written with a point',
    )
  }
  if (raw.rows < 2) return refuse(`the table has ${raw.rows} row`, 'Give at least two rows')
  const names = numbers.map(({ name }) => name)
  const same = sameName(raw, candidates, names)
  if (same !== undefined) return E.left(same)
  const flat = constants(numbers)
  if (flat.length > 0) return E.left(constantError(raw, flat))
  return E.right({
    names,
    matrix: matrixOf(
      numbers.map(({ values }) => values),
      raw.rows,
    ),
    leftOut: texts.map((column) => ({ name: column.name, why: whyLeftOut(column) })),
    ...(label === undefined ? {} : { label: raw.columns[label] as RawColumn }),
  })
}

/**
 * The matrix (rows × chosen columns) of a table. With no `columns` named, all columns of numbers are used but the dropped ones and
 * the label, and `leftOut` says which columns of text were left out and why.
 *
 * Gives `InvalidArgument` for an unknown, ambiguous or repeated column; `InvalidTable` for a text column among those named, no column
 * of numbers, fewer than two rows, two columns of one name, or a constant column.
 */
export const toNumericTable = (raw: RawTable, selection: ColumnSelection = {}): E.Either<TweedieError, NumericTable> =>
  pipe(
    chooseColumns(raw.names, selection, raw.source),
    E.chain((choice) => build(raw, choice)),
  )
