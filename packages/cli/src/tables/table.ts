/** What a table is once it has been read, and once its numeric columns have been chosen. */

import type { HostMatrix } from '@tweedie/core'

/** A column whose every cell is a finite number, or NaN for a missing one where the reading kept these. */
export interface NumberColumn {
  readonly name: string
  readonly kind: 'number'
  readonly values: Float64Array
}

/** A column of text; an empty or missing cell is `''`. */
export interface TextColumn {
  readonly name: string
  readonly kind: 'text'
  readonly values: readonly string[]
}

export type RawColumn = NumberColumn | TextColumn

/** A table as it stands in the file: all its columns, all its rows. */
export interface RawTable {
  readonly names: readonly string[]
  readonly rows: number
  readonly columns: readonly RawColumn[]
  /** The path it was read from. */
  readonly source: string
  /** Where row `rowIndex` (from 0) is in the file: `line 17` for text, `row 17` (from 1) for others. */
  readonly locate: (rowIndex: number) => string
}

/** The chosen columns of any kind. */
export interface MixedTable {
  readonly columns: readonly RawColumn[]
  readonly rows: number
  /** The path it was read from. */
  readonly source: string
  /** True when the caller named the columns: then each must be usable. */
  readonly named: boolean
}

/** The chosen numeric columns as a matrix of rows × columns. */
export interface NumericTable {
  readonly names: readonly string[]
  readonly matrix: HostMatrix
  /** Columns that the caller did not speak of and that cannot be used. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  /** The column named as `label`, when one was. */
  readonly label?: RawColumn
}
