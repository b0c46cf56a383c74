import { type HostMatrix, type TweedieError, takeColumns, tweedieError } from '@tweedie/core'
import { meanAndDeviation } from '../columns/standard.js'
import { type Condition, type Given, requireGiven } from './given.js'

/** The weights of the rows of a cloud under a condition, ln w_i with Σ w_i = 1. */
export interface ConditionWeights {
  /** [n]; −Infinity only for bandwidth 0. */
  readonly logWeights: Float64Array
  /** 1/Σ w_i²: about how many rows decide the result. */
  readonly effectiveSampleSize: number
  readonly bandwidth: number
  /** Set where so few rows are near the condition that they say little about it. */
  readonly warning?: TweedieError
}

/** Fewer rows than this say little about a law. */
const FEW_ROWS = 10
/** Past this distance, in bandwidths, the nearest row is no neighbour. */
const FAR = 3
/** How far outside the rows a condition may lie, in standard deviations of its column. */
const OUTSIDE = 0.5

/**
 * The weights w_i ∝ exp(−|b − b_i|²/(2h²)) of the rows of a cloud [n, d], b_i their given columns, by log-sum-exp: no distance makes them underflow
 * together. At h → 0 the nearest rows share all the weight, which bandwidth 0 stands for; at h → ∞ all rows weigh the same. Row order does not matter.
 *
 * Throws `InvalidArgument` for a bandwidth that is negative or not finite, a `given` that names no column, all columns or an unknown one, and a value that
 * lies outside the rows by more than half a standard deviation of its column; `NotFinite` for a NaN.
 */
export const conditionWeights = (cloud: HostMatrix, given: Given, bandwidth: number): ConditionWeights => {
  const condition = requireGiven('conditionWeights', given, cloud.columns)
  const near = takeColumns(cloud, condition.columns)
  requireInside('conditionWeights', near, condition)
  return weightsNear('conditionWeights', near, condition.values, bandwidth)
}

/** The weights of rows `near` [n, dB] at b, without a check of where b lies. */
export const weightsNear = (where: string, near: HostMatrix, b: Float64Array, bandwidth: number): ConditionWeights => {
  if (!(bandwidth >= 0 && Number.isFinite(bandwidth)))
    throw tweedieError('InvalidArgument', where, `bandwidth ${bandwidth}`, 'Use a bandwidth from 0 up, in the units of the given columns')
  const squares = squaredDistances(near, b)
  const least = squares.reduce((a, c) => Math.min(a, c), Number.POSITIVE_INFINITY)
  const unit = 2 * bandwidth ** 2
  const logits = squares.map((square) => (square === least ? 0 : -(square - least) / unit))
  const logTotal = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0))
  const logWeights = logits.map((logit) => logit - logTotal)
  const effectiveSampleSize = 1 / logWeights.reduce((sum, logWeight) => sum + Math.exp(2 * logWeight), 0)
  const distance = Math.sqrt(least)
  const few = effectiveSampleSize < Math.min(FEW_ROWS, near.rows / 2)
  const warning =
    few || distance > FAR * bandwidth
      ? tweedieError(
          'InvalidArgument',
          where,
          `${effectiveSampleSize.toPrecision(3)} effective rows at bandwidth ${bandwidth.toPrecision(3)}, the nearest ${distance.toPrecision(3)} away`,
          'Use a larger bandwidth, or condition on fewer columns',
        )
      : undefined
  return { logWeights, effectiveSampleSize, bandwidth, ...(warning && { warning }) }
}

/** |b − b_i|² by differences. */
export const squaredDistances = ({ data, rows, columns }: HostMatrix, b: Float64Array): Float64Array => {
  const squares = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let k = 0; k < columns; k++) sum += ((data[i * columns + k] as number) - (b[k] as number)) ** 2
    squares[i] = sum
  }
  return squares
}

/** Throws `InvalidArgument` where a given value lies well outside the rows, naming the column and its range. */
export const requireInside = (where: string, near: HostMatrix, { columns, values }: Condition): void => {
  if (near.rows === 0) throw tweedieError('InvalidTable', where, 'a cloud without rows', 'Give at least one row')
  columns.forEach((j, k) => {
    const column = Float64Array.from({ length: near.rows }, (_, i) => near.data[i * near.columns + k] as number)
    const low = column.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    const high = column.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const margin = OUTSIDE * meanAndDeviation(column)[1]
    const value = values[k] as number
    if (!(value >= low - margin && value <= high + margin))
      throw tweedieError(
        'InvalidArgument',
        where,
        `the value ${value} for column ${j}, whose rows range from ${low} to ${high}`,
        'Condition on a value that the rows come near to',
      )
  })
}
