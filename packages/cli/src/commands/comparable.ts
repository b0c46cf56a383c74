/** Several tables of the same columns as matrices that can be compared. */

import { fold, type HostMatrix, type Key, type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { encodeRows, fitCodec, type TableColumn } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import type { MixedTable } from '../tables/index.js'

export interface Comparable {
  readonly names: readonly string[]
  /** One for each table, in order. */
  readonly matrices: readonly HostMatrix[]
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
}

/**
 * Encodes tables, each with the columns of the first (found by name), by one codec fitted to all their rows: a category is the same number everywhere, and a
 * cell that is missing anywhere makes a column that says where. Copies are kept; a column that is constant everywhere is not. Gives `InvalidTable` for an
 * absent column, numbers in one table and text in another, or nothing that varies.
 */
export const comparable = (tables: readonly MixedTable[], key: Key): E.Either<TweedieError, Comparable> =>
  E.tryCatch(
    () => {
      const names = (tables[0] as MixedTable).columns.map(({ name }) => name)
      const aligned = names.map((name) =>
        alike(
          tables.map((table) => columnOf(table, name)),
          tables,
        ),
      )
      const all = aligned.map((parts) => joined(parts))
      const { codec, leftOut } = fitCodec(all, { key, merge: false })
      const matrices = tables.map((_, t) =>
        encodeRows(
          codec,
          aligned.map((parts) => parts[t] as TableColumn),
          fold(key, t),
        ),
      )
      return { names: codec.names, matrices, leftOut }
    },
    (thrown) =>
      toTweedieError(thrown, {
        tag: 'InvalidTable',
        where: tables.map(({ source }) => source).join(', '),
        what: 'the tables cannot be compared',
        mend: 'Compare tables of the same columns',
      }),
  )

const columnOf = ({ columns, source }: MixedTable, name: string): TableColumn => {
  const found = columns.find((column) => column.name === name)
  if (found === undefined) throw tweedieError('InvalidTable', source, `there is no column "${name}"`, 'Compare tables of the same columns')
  return found
}

/** Columns of one kind: one of empty cells alone is of the others' kind. */
const alike = (parts: readonly TableColumn[], tables: readonly MixedTable[]): readonly TableColumn[] => {
  const empty = ({ kind, values }: TableColumn): boolean => kind === 'text' && values.every((cell) => cell === '')
  const kinds = new Set(parts.filter((part) => !empty(part)).map(({ kind }) => kind))
  if (kinds.size > 1) {
    const [text, number] = [parts.findIndex(({ kind }) => kind === 'text'), parts.findIndex(({ kind }) => kind === 'number')]
    throw tweedieError(
      'InvalidTable',
      `column "${parts[0]?.name}"`,
      `it is text in ${tables[text]?.source} and numbers in ${tables[number]?.source}`,
      'Compare tables whose columns are of the same kind',
    )
  }
  if (!kinds.has('number')) return parts
  return parts.map((part) =>
    part.kind === 'number' ? part : { name: part.name, kind: 'number', values: new Float64Array(part.values.length).fill(Number.NaN) },
  )
}

const joined = (parts: readonly TableColumn[]): TableColumn => {
  const { name, kind } = parts[0] as TableColumn
  return kind === 'number'
    ? { name, kind, values: Float64Array.from(parts.flatMap(({ values }) => Array.from(values as Float64Array))) }
    : { name, kind, values: parts.flatMap(({ values }) => [...(values as readonly string[])]) }
}
