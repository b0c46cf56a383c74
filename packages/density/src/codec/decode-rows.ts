import { type HostMatrix, tweedieError } from '@tweedie/core'
import type { Codec, ColumnCodec } from './codec.js'
import { formatDate } from './date-format.js'
import { toForm } from './number-form.js'
import { numberOfLabel, type TableColumn } from './table-column.js'

/**
 * A matrix of numbers as rows of the table: every category is a known one, numbers are on their step and in their range, cells are missing only where the
 * column may have missing cells, and what was kept out of the model is back in its place. `decodeRows(codec, encodeRows(codec, columns, key))` is the
 * table again, bit for bit.
 *
 * Throws `ShapeMismatch` when the matrix has not `codec.names.length` columns, `NotFinite` for NaN or infinity.
 */
export const decodeRows = (codec: Codec, matrix: HostMatrix): readonly TableColumn[] => {
  const { data, columns: width } = matrix
  if (width !== codec.names.length)
    throw tweedieError(
      'ShapeMismatch',
      'decodeRows',
      `${width} columns for a codec of ${codec.names.length}`,
      'Decode what a model of this codec generated',
    )
  const bad = data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw tweedieError(
      'NotFinite',
      `decodeRows, row ${Math.floor(bad / width) + 1}, column "${codec.names[bad % width]}"`,
      `it is ${data[bad]}`,
      'Decode finite numbers only; find out where this one comes from',
    )
  // Columns follow only from earlier ones.
  const decoded: Decoded[] = []
  for (const column of codec.columns) decoded.push(decodeColumn(column, matrix, decoded))
  return decoded.map(({ column }) => column)
}

/** A decoded column, and its cells as the numbers that other columns follow from: values, or places of labels. */
interface Decoded {
  readonly column: TableColumn
  readonly numbers: Float64Array
}

const decodeColumn = (codec: ColumnCodec, matrix: HostMatrix, earlier: readonly Decoded[]): Decoded => {
  const { rows } = matrix
  const fill = (f: (row: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, i) => f(i))
  const value = (row: number, at: number): number => matrix.data[row * matrix.columns + at] as number
  const source = (of: number): Decoded => earlier[of] as Decoded
  switch (codec.kind) {
    case 'constant':
      return labelled(codec, [codec.label], new Float64Array(rows))
    case 'number': {
      const { at, missing } = codec
      return written(
        codec,
        fill((i) => (missing !== undefined && value(i, missing.at) >= 0.5 ? Number.NaN : toForm(codec, value(i, at)))),
      )
    }
    case 'category': {
      const last = codec.labels.length - 1
      return labelled(
        codec,
        codec.labels,
        fill((i) => Math.max(0, Math.min(last, Math.round(value(i, codec.at))))),
      )
    }
    case 'one-hot': {
      const { at, labels } = codec
      const largest = (row: number): number => labels.reduce((best, _, k) => (value(row, at + k) > value(row, at + best) ? k : best), 0)
      return labelled(codec, labels, fill(largest))
    }
    case 'copy': {
      const { column, numbers } = source(codec.of)
      return { column: { ...column, name: codec.name }, numbers }
    }
    case 'relabelled':
      return labelled(
        codec,
        codec.labels,
        source(codec.of).numbers.map((x) => nearest(codec.points, x)),
      )
    case 'affine':
      return written(
        codec,
        source(codec.of).numbers.map((x) => toForm(codec, codec.scale * x + codec.shift)),
      )
  }
}

const labelled = ({ name, type }: ColumnCodec, labels: readonly string[], places: Float64Array): Decoded => {
  if (type === 'text')
    return { column: { name, kind: 'text', values: Array.from(places, (place) => labels[place] as string) }, numbers: places }
  const values = labels.map(numberOfLabel)
  return { column: { name, kind: 'number', values: places.map((place) => values[place] as number) }, numbers: places }
}

const written = (
  { name, date }: Pick<ColumnCodec, 'name'> & { readonly date?: Parameters<typeof formatDate>[0] },
  numbers: Float64Array,
): Decoded =>
  date === undefined
    ? { column: { name, kind: 'number', values: numbers }, numbers }
    : {
        column: { name, kind: 'text', values: Array.from(numbers, (count) => (Number.isNaN(count) ? '' : formatDate(date, count))) },
        numbers,
      }

/** The place of the nearest of the increasing points; the lower one half way. */
const nearest = (points: readonly number[], x: number): number => {
  let [low, high] = [0, points.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((points[middle] as number) <= x) low = middle
    else high = middle
  }
  return x - (points[low] as number) <= (points[high] as number) - x ? low : high
}
