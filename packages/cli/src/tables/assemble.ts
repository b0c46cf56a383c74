/** From the columns a reader found to a `RawTable`: the last check that every number is one. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Flaw, quoted } from './cell.js'
import { type ColumnSelection, chooseColumns } from './columns.js'
import { dropOption } from './mend.js'
import type { RawColumn, RawTable } from './table.js'

/** The first cell of a numeric column that is not a finite number. */
export interface Fault {
  readonly row: number
  readonly flaw: Flaw
  readonly text: string
}

/** A column as a reader found it. */
export type FoundColumn =
  | { readonly name: string; readonly kind: 'text'; readonly texts: () => readonly string[] }
  | {
      readonly name: string
      readonly kind: 'number'
      readonly values: Float64Array
      readonly fault: Fault | undefined
      /** The first fault that is not a missing cell. Not given: `fault`. */
      readonly otherFault?: () => Fault | undefined
      readonly texts: () => readonly string[]
    }

export interface FoundTable {
  readonly source: string
  readonly rows: number
  readonly columns: readonly FoundColumn[]
  readonly locate: (rowIndex: number) => string
}

/** The refusal of a cell, naming file, place, column and the cell's text. */
export const faultError = (source: string, place: string, name: string, { flaw, text }: Fault): TweedieError => {
  const where = `${source}, ${place}, column "${name}"`
  const leaveOut = `leave the column out: ${dropOption(name)}`
  switch (flaw) {
    case 'missing':
      return tweedieError(
        'InvalidTable',
        where,
        text === '' ? 'the value is missing' : `the value is missing (${quoted(text)})`,
        `Fill it, remove the row, or ${leaveOut}`,
      )
    case 'notFinite':
      return tweedieError('NotFinite', where, `${quoted(text)} is not a finite number`, `Correct it, remove the row, or ${leaveOut}`)
    case 'text':
      return tweedieError('InvalidTable', where, `${quoted(text)} is not a number`, `Correct it, remove the row, or ${leaveOut}`)
  }
}

/**
 * Checks the columns of a selection and builds the table. A numeric column with a bad cell is an error when the selection wants it;
 * when it does not, the column becomes text, so that no NaN gets through. Where the selection keeps missing cells these are no bad ones,
 * and NaN. Gives the errors of `chooseColumns` and `faultError`.
 */
export const assembleTable = (
  { source, rows, columns, locate }: FoundTable,
  selection: ColumnSelection,
): E.Either<TweedieError, RawTable> => {
  const names = columns.map(({ name }) => name)
  const faultOf = (column: FoundColumn): Fault | undefined => {
    if (column.kind === 'text') return undefined
    return selection.missing === 'keep' && column.otherFault !== undefined ? column.otherFault() : column.fault
  }
  return pipe(
    chooseColumns(names, selection, source),
    E.chain(({ candidates }) => {
      const wanted = new Set(candidates)
      let first: { readonly name: string; readonly fault: Fault } | undefined
      columns.forEach((column, index) => {
        const fault = faultOf(column)
        if (fault === undefined || !wanted.has(index)) return
        if (first === undefined || fault.row < first.fault.row) first = { name: column.name, fault }
      })
      if (first !== undefined) return E.left(faultError(source, locate(first.fault.row), first.name, first.fault))
      return E.right({ names, rows, columns: columns.map((column) => settle(column, faultOf(column))), source, locate })
    }),
  )
}

const settle = (column: FoundColumn, fault: Fault | undefined): RawColumn =>
  column.kind === 'number' && fault === undefined
    ? { name: column.name, kind: 'number', values: column.values }
    : { name: column.name, kind: 'text', values: column.texts() }
