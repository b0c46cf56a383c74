import { type Backend, choiceWithReplacement, fold, type HostMatrix, normalArray, takeColumns, takeRows, tweedieError } from '@tweedie/core'
import { type LabelledPairs, withUnitVariance } from '../labelled-pairs.js'
import { commonBandwidth } from './bandwidth.js'
import type { ConditionalFlowOptions } from './conditional-samples.js'
import { flowGiven } from './flow-given.js'
import { requireGivenColumns } from './given.js'

export interface ConditionalPairOptions extends ConditionalFlowOptions {
  /** The columns that are given, from 0. */
  readonly columns: readonly number[]
  /** How many pairs. */
  readonly count: number
  /** h; 0.75 of Silverman's bandwidth when left out. */
  readonly bandwidth?: number
}

/** Labelled examples of a conditional generator: rows (Y_A, b) of `inputs` [count, dA + dB], rows x_A of `targets` [count, dA]. */
export interface ConditionalPairs extends LabelledPairs {
  /** The columns that are given, in the order of b. */
  readonly given: readonly number[]
  readonly bandwidth: number
  /** Least and largest value of each given column among the rows of the cloud, widened by the bandwidth. */
  readonly range: readonly (readonly [low: number, high: number])[]
}

/**
 * Labelled pairs for p(x_A | x_B = b) (paper A §3.2 with the data weighted by exp(−|b − b_i|²/(2h²))): b is a row's given columns with the kernel's noise
 * (divided by √(1 + h²) where `unitVariance` is on, so that b has the variance of the data), Y_A ~ N(0, I), and x_A where the flow of `conditionalCloud`
 * takes Y_A under b. Then (x_A, b) follows the kernel density of the cloud. Pair i depends on the key and i alone.
 *
 * Rejects with what `conditionalCloud` and `labelledPairs` throw.
 */
export const conditionalPairs = async <N>(
  B: Backend<N>,
  cloud: HostMatrix,
  { columns, count, key, process, unitVariance = true, bandwidth: asked, ...options }: ConditionalPairOptions,
): Promise<ConditionalPairs> => {
  const where = 'conditionalPairs'
  requireGivenColumns(where, columns, cloud.columns)
  if (!(Number.isInteger(count) && count >= 1))
    throw tweedieError('InvalidArgument', where, `count ${count}`, 'Use a positive whole number')
  const bandwidth = asked ?? commonBandwidth(cloud, columns)
  const rows = takeColumns(cloud, columns)
  const chosen = takeRows(rows, choiceWithReplacement(fold(key, 1), cloud.rows, count))
  const noise = normalArray(fold(key, 2), count * columns.length)
  const centres = { ...chosen, data: chosen.data.map((b, at) => b + bandwidth * (noise[at] as number)) }
  const flowed = await flowGiven(B, cloud, { columns, bandwidth }, centres, process, { ...options, key: fold(key, 0) })
  const { inputs, targets, statistics } = unitVariance ? withUnitVariance(flowed, process, options.grid) : flowed
  const shrink = unitVariance ? 1 / Math.hypot(1, bandwidth) : 1
  const conditions = { ...centres, data: centres.data.map((b) => shrink * b) }
  return { inputs: beside(inputs, conditions), targets, statistics, given: [...columns], bandwidth, range: rangesOf(rows, bandwidth) }
}

/** Two matrices of as many rows, one beside the other. */
const beside = (left: HostMatrix, right: HostMatrix): HostMatrix => {
  const columns = left.columns + right.columns
  const data = new Float64Array(left.rows * columns)
  for (let i = 0; i < left.rows; i++) {
    data.set(left.data.subarray(i * left.columns, (i + 1) * left.columns), i * columns)
    data.set(right.data.subarray(i * right.columns, (i + 1) * right.columns), i * columns + left.columns)
  }
  return { data, rows: left.rows, columns }
}

const rangesOf = (rows: HostMatrix, margin: number): (readonly [number, number])[] =>
  Array.from({ length: rows.columns }, (_, k) => {
    const values = takeColumns(rows, [k]).data
    return [values.reduce((a, b) => Math.min(a, b)) - margin, values.reduce((a, b) => Math.max(a, b)) + margin] as const
  })
