import type { DateFormat } from './date-format.js'
import type { Lattice } from './lattice.js'

/**
 * How a table of numbers, categories and missing cells becomes a matrix of numbers for a model, and how it comes back. Plain JSON. Columns that say
 * nothing of their own (constants, copies, another name for the same categories) are not in the matrix.
 */
export interface Codec {
  readonly version: 1
  /** The table's columns, in order. */
  readonly columns: readonly ColumnCodec[]
  /** What the columns of the matrix are called. */
  readonly names: readonly string[]
}

interface Named {
  readonly name: string
  /** What the cells are in the table. */
  readonly type: 'number' | 'text'
}

export type ColumnCodec = Named &
  (ConstantColumn | NumericColumn | CategoryColumn | OneHotColumn | CopiedColumn | RelabelledColumn | AffineColumn)

/** Every cell is the same. */
export interface ConstantColumn {
  readonly kind: 'constant'
  readonly label: string
}

/** What a decoded number is held to. */
export interface NumberForm {
  /** The smallest and largest value seen. */
  readonly range: readonly [least: number, most: number]
  /** False: values outside the range are let through. */
  readonly bounded: boolean
  /** Values are rounded to it. */
  readonly lattice?: Lattice
  /** The numbers are written as dates. */
  readonly date?: DateFormat
}

/** A number, in column `at` of the matrix. */
export interface NumericColumn extends NumberForm {
  readonly kind: 'number'
  readonly at: number
  /** Only where some cells were missing: the column of the matrix that is 1 there and 0 elsewhere, and evenly spaced order statistics of the others. */
  readonly missing?: { readonly at: number; readonly fill: readonly number[] }
}

/** One of `labels`; its place among them, from 0, is the number in column `at` of the matrix. The label '' is a missing cell. */
export interface CategoryColumn {
  readonly kind: 'category'
  readonly at: number
  readonly labels: readonly string[]
}

/** One of `labels`: columns `at` to `at + labels.length − 1` of the matrix, in [1, 2) for the label of the row and in [0, 1) for the others. */
export interface OneHotColumn {
  readonly kind: 'one-hot'
  readonly at: number
  readonly labels: readonly string[]
}

/** The cells of the table's column number `of`, from 0. */
export interface CopiedColumn {
  readonly kind: 'copy'
  readonly of: number
}

/** Another name for the cells of column `of`: the label of the nearest point. The points are the places of labels when `of` is a category. */
export interface RelabelledColumn {
  readonly kind: 'relabelled'
  readonly of: number
  readonly points: readonly number[]
  readonly labels: readonly string[]
}

/** scale · (the number in column `of`) + shift. */
export interface AffineColumn extends NumberForm {
  readonly kind: 'affine'
  readonly of: number
  readonly scale: number
  readonly shift: number
}
