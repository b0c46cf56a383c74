import { fold, type HostMatrix, isTweedieError, takeRows, tweedieError } from '@tweedie/core'
import { type Codec, decodeRows, encodeRows, fitCodec, type TableColumn, takeCells } from '@tweedie/density'
import type { FitSettings } from '../settings/settings.js'
import type { MixedTable } from '../tables/index.js'
import { type Split, type SplitRows, splitRows } from './split.js'
import { keysOf } from './stages.js'

/** A table made ready for a model: its rows split, and all of it in numbers. */
export interface PreparedTable {
  /** Fitted to the training rows. */
  readonly codec: Codec
  /** The columns that the codec knows, as they were read. */
  readonly columns: readonly TableColumn[]
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  /** All rows in model columns, in their order. */
  readonly matrix: HostMatrix
  readonly rows: SplitRows
  readonly parts: Split
  /** Takes generated rows of model columns to the numbers of what the table can hold: categories that exist, whole numbers, dates. */
  readonly settle: (rows: HostMatrix) => HostMatrix
}

/** Columns of the normal scores have the derived keys 0, 1, …; this one is beyond any number of columns. */
const CODEC = 2 ** 40

/**
 * Splits a table and fits its codec to the training rows. A held-out row of a kind that these do not have (an unknown category, say) gets a number that the
 * model never gives, so that the measures notice it. Throws `InvalidTable` for too few rows, no column that varies or a named column that cannot be learnt.
 */
export const prepareTable = (table: MixedTable, { seed, testFraction }: FitSettings, categories: readonly string[]): PreparedTable => {
  const keys = keysOf(seed)
  const rows = splitRows(table.rows, testFraction, keys.split)
  const key = fold(keys.columns, CODEC)
  const { codec, leftOut } = naming(table.source, () => fitCodec(takeCells(table.columns, rows.training), { key, categories }))
  const [refused] = leftOut
  if (table.named && refused !== undefined)
    throw tweedieError(
      'InvalidTable',
      `${table.source}, column "${refused.name}"`,
      `it is ${refused.why}`,
      'Choose columns of numbers, dates or categories that repeat',
    )
  const columns = table.columns.filter(({ name }) => !leftOut.some((one) => one.name === name))
  const matrix = encodeRows(codec, columns, key, { unseen: 'admit' })
  const parts = { training: takeRows(matrix, rows.training), heldOut: takeRows(matrix, rows.heldOut) }
  const settle = (drawn: HostMatrix): HostMatrix => encodeRows(codec, decodeRows(codec, drawn), fold(key, 1))
  return { codec, columns, leftOut, matrix, rows, parts, settle }
}

/** Lets errors of the codec name the file instead of the function. */
const naming = <A>(source: string, work: () => A): A => {
  try {
    return work()
  } catch (thrown) {
    if (!isTweedieError(thrown)) throw thrown
    throw tweedieError(thrown._tag, thrown.where.replace(/^fitCodec/, source), thrown.what, thrown.mend, thrown)
  }
}
