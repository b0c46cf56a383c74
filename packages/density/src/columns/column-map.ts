import { type HostMatrix, tweedieError } from '@tweedie/core'
import { fractionOf, interpolate, segment, segmentFinder } from './interpolate.js'

/**
 * An increasing, piecewise linear map between a column's values and the scores that the model works in. Both lists have the same
 * length; `scores` strictly increase, `values` do not decrease. A run of equal values takes an interval of scores, so a repeated value
 * comes back exactly. Outside the first and last knot the ends hold (`extend: 'hold'`) or the line goes on (`extend: 'line'`).
 */
export interface ColumnMap {
  readonly values: Float64Array
  readonly scores: Float64Array
  readonly extend: 'hold' | 'line'
}

/** How columns are brought to a common scale before the model sees them. */
export type ColumnScaling = 'standard' | 'normal-scores'

/** The maps of all columns, in column order. */
export type ColumnMaps = readonly ColumnMap[]

/** Scores to values, column by column: what a generated row becomes. */
export const toValues = (maps: ColumnMaps, scores: HostMatrix): HostMatrix => {
  requireColumns('toValues', maps, scores)
  const { rows, columns } = scores
  const data = new Float64Array(rows * columns)
  maps.forEach((map, j) => {
    const segmentOf = rows < map.scores.length ? undefined : segmentFinder(map.scores)
    for (let k = j; k < data.length; k += columns) {
      const score = scores.data[k] as number
      data[k] = segmentOf === undefined ? valueAt(map, score) : valueIn(map, segmentOf(score), score)
    }
  })
  return { ...scores, data }
}

/** Values to scores, column by column; the middle of the interval where a value is repeated. */
export const toScores = (maps: ColumnMaps, values: HostMatrix): HostMatrix => {
  requireColumns('toScores', maps, values)
  return mapColumns(values, (value, j) => scoreAt(maps[j] as ColumnMap, value))
}

const valueAt = (map: ColumnMap, score: number): number => valueIn(map, segment(map.scores, score), score)

/** The value of a score that lies in the segment that begins at knot `from`. */
const valueIn = ({ scores, values, extend }: ColumnMap, from: number, score: number): number => {
  const fraction = fractionOf(scores, from, score, extend)
  const [low, high] = [values[from] as number, values[from + 1] as number]
  // Between two repeated values nothing was seen: take the nearer one.
  const gap = values[from - 1] === low && values[from + 2] === high
  if (gap || fraction === 0 || fraction === 1) return fraction < 0.5 ? low : high
  return low + (high - low) * fraction
}

const scoreAt = ({ scores, values, extend }: ColumnMap, value: number): number => {
  const first = lowerBound(values, value)
  let last = first
  while (values[last + 1] === value) last++
  if (values[first] === value) return 0.5 * ((scores[first] as number) + (scores[last] as number))
  const { from, fraction } = interpolate(values, value, extend)
  const [low, high] = [scores[from] as number, scores[from + 1] as number]
  return low + (high - low) * fraction
}

/** The first position whose element is not below `value`. */
const lowerBound = (sorted: Float64Array, value: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

const mapColumns = (matrix: HostMatrix, f: (value: number, j: number) => number): HostMatrix => ({
  ...matrix,
  data: matrix.data.map((value, at) => f(value, at % matrix.columns)),
})

/** Refuses maps and a matrix of different columns. */
export const requireColumns = (where: string, maps: ColumnMaps, matrix: HostMatrix): void => {
  if (maps.length !== matrix.columns)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `${matrix.columns} columns for a model of ${maps.length}`,
      'Use the columns that the model was fitted to, in the same order',
    )
}
