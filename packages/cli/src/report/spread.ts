/** Rows and ranges of a table, chosen without randomness. */

import { column, type HostMatrix, takeRows } from '@tweedie/core'

/** At most `count` rows, evenly spaced through the table. */
export const spreadRows = (matrix: HostMatrix, count: number): HostMatrix =>
  matrix.rows <= count
    ? matrix
    : takeRows(
        matrix,
        Array.from({ length: count }, (_, k) => Math.floor((k * matrix.rows) / count)),
      )

/** A column in increasing order. */
export const sortedColumn = (matrix: HostMatrix, j: number): Float64Array => column(matrix, j).sort()

/** The value at `level` in [0, 1] of increasing numbers, without interpolation; 0 when there are none. */
export const level = (sorted: Float64Array, at: number): number => sorted[Math.round(at * (sorted.length - 1))] ?? 0

/** True when the range can be divided: not a point, and not so narrow beside its place that its parts are the same number. */
export const hasWidth = (from: number, to: number): boolean => to - from > 1e-12 * Math.max(Math.abs(from), Math.abs(to))

/** A range with room for both ends; a single value gets room on both sides. */
export const padded = (from: number, to: number, part = 0.04): readonly [number, number] => {
  if (hasWidth(from, to)) return [from - part * (to - from), to + part * (to - from)]
  const half = from === 0 ? 1 : Math.abs(from) / 10
  return [from - half, from + half]
}

/**
 * A range that shows the data and most of the sample: the data from level `trim` to `1 − trim`, then the sample's central 99.6 % as far
 * as that is no more than half a data range beyond either end.
 */
export const robustRange = (data: Float64Array, sample: Float64Array, trim: number): readonly [number, number] => {
  const [from, to] = [level(data, trim), level(data, 1 - trim)]
  if (sample.length === 0) return [from, to]
  const room = (to > from ? to - from : Math.abs(to) || 1) / 2
  return [Math.min(from, Math.max(level(sample, 0.002), from - room)), Math.max(to, Math.min(level(sample, 0.998), to + room))]
}
