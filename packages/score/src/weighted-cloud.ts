import { type HostMatrix, takeRows, tweedieError } from '@tweedie/core'
import { requireCloud } from './validate.js'

/** Checked points on the host, each with a weight above 0. */
export interface WeightedCloud {
  readonly name: string
  readonly points: HostMatrix
  readonly logWeights?: Float64Array
}

/** Checks a table and its log-weights, and leaves out rows whose weight is 0. */
export const weightedCloud = (name: string, data: HostMatrix, logWeights?: ArrayLike<number>): WeightedCloud => {
  requireCloud(name, data)
  if (logWeights === undefined) return { name, points: data }
  if (logWeights.length !== data.rows)
    throw tweedieError('ShapeMismatch', name, `${logWeights.length} log-weights for ${data.rows} rows`, 'Give one log-weight per row')
  const weights = Float64Array.from(logWeights)
  const bad = weights.findIndex((weight) => Number.isNaN(weight) || weight === Number.POSITIVE_INFINITY)
  if (bad >= 0)
    throw tweedieError(
      'NotFinite',
      name,
      `log-weight ${weights[bad]} in row ${bad}`,
      'Use finite log-weights, or -Infinity to leave a row out',
    )
  const kept = Array.from(weights.keys()).filter((i) => weights[i] !== Number.NEGATIVE_INFINITY)
  if (kept.length === 0) throw tweedieError('InvalidArgument', name, 'every log-weight is -Infinity', 'Give at least one row a weight')
  if (kept.length === data.rows) return { name, points: data, logWeights: weights }
  return { name, points: takeRows(data, kept), logWeights: Float64Array.from(kept, (i) => weights[i] as number) }
}
