import { column, type HostMatrix, tweedieError } from '@tweedie/core'
import { moments } from './moments.js'
import { sortedQuantile } from './quantile.js'
import { requireSample } from './validate.js'

/** One column in a few numbers, in the units of the column. */
export interface ColumnSummary {
  readonly mean: number
  /** With n − 1 in the denominator. */
  readonly standardDeviation: number
  readonly minimum: number
  readonly maximum: number
  /** One for each level asked for, in that order. */
  readonly quantiles: readonly number[]
}

export interface ColumnSummaryOptions {
  /** Levels in [0, 1]; default 0.05, 0.25, 0.5, 0.75, 0.95. */
  readonly levels?: readonly number[]
}

/** The levels `columnSummary` uses when it is given none. */
export const defaultLevels: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95]

/**
 * Mean, standard deviation, range and quantiles of every column. Quantiles interpolate linearly (type 7 of Hyndman and Fan 1996).
 *
 * Needs 2 rows. Throws `InvalidArgument` (rows, levels) or `NotFinite`.
 */
export const columnSummary = (matrix: HostMatrix, { levels = defaultLevels }: ColumnSummaryOptions = {}): ColumnSummary[] => {
  requireSample('columnSummary', 'matrix', matrix, 2)
  for (const level of levels)
    if (!(level >= 0 && level <= 1))
      throw tweedieError('InvalidArgument', 'columnSummary', `a quantile level is ${level}`, 'Use levels from 0 to 1')
  return Array.from({ length: matrix.columns }, (_, j) => {
    const sorted = column(matrix, j).sort()
    return {
      ...moments(sorted),
      minimum: sorted[0] as number,
      maximum: sorted[sorted.length - 1] as number,
      quantiles: levels.map((level) => sortedQuantile(sorted, level)),
    }
  })
}
