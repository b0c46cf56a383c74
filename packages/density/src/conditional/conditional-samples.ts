import {
  type Backend,
  type ForwardProcess,
  type HostMatrix,
  hostMatrix,
  type TweedieError,
  takeColumns,
  takeRows,
  tweedieError,
} from '@tweedie/core'
import { probabilityFlow } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { type LabelOptions, labelledPairs, withUnitVariance } from '../labelled-pairs.js'
import { bandwidthFor, commonBandwidth } from './bandwidth.js'
import { requireInside, weightsNear } from './condition-weights.js'
import { flowGiven } from './flow-given.js'
import { type Condition, freeColumns, type Given, joinColumns, requireGiven, requireGivenColumns } from './given.js'
import { kernelCentre } from './unit-variance.js'

/** Rows whose weight is below e^−40 of the largest are left out: all together they would be drawn less than once in 10¹³. */
const NEGLIGIBLE = -40

export interface ConditionalFlowOptions extends Omit<LabelOptions, 'count' | 'dimension'> {
  readonly process: ForwardProcess
  /** Whether rows of variance 1 are to keep it, in the drawn and the given columns; default true. */
  readonly unitVariance?: boolean
}

export interface ConditionalSampleOptions extends ConditionalFlowOptions {
  readonly given: Given
  /** How many rows. */
  readonly count: number
  /** h, in the units of the cloud; by `bandwidthFor` when left out. 0 takes the nearest rows alone. */
  readonly bandwidth?: number
}

export interface ConditionalSamples {
  /** [count, d]: all columns, the given ones as they were given. */
  readonly samples: HostMatrix
  readonly effectiveSampleSize: number
  readonly bandwidth: number
  /** Set where few rows are near the condition. */
  readonly warning?: TweedieError
}

/**
 * Rows of p(x_A | x_B = b) from a cloud [n, d] in scores, without training: the reverse flow of the columns that are not given, over the rows weighted
 * by exp(−|b − b_i|²/(2h²)). Row i depends on the key and i alone.
 *
 * The law, but for the solver's error, is exactly the conditional of a kernel density of the cloud: Σ_i N(α y_i, σ²) ⊗ N(b_i, h²), α and σ at the stopping
 * time, each group of columns divided by the root of its variance, √(α² + σ²) and √(1 + h²), where `unitVariance` is on. So with h = σ/α it is the
 * conditional of the density that the unconditional flow stops at (docs/decisions/conditional.md).
 *
 * Rejects with what `conditionWeights`, `pointCloud` and `labelledPairs` throw.
 */
export const conditionalSamples = async <N>(
  B: Backend<N>,
  cloud: HostMatrix,
  { given, process, unitVariance = true, bandwidth: asked, ...options }: ConditionalSampleOptions,
): Promise<ConditionalSamples> => {
  const where = 'conditionalSamples'
  const condition = requireGiven(where, given, cloud.columns)
  const near = takeColumns(cloud, condition.columns)
  requireInside(where, near, condition)
  const bandwidth = asked ?? bandwidthFor(cloud, given, { unitVariance })
  const centre = kernelCentre(condition.values, bandwidth, unitVariance)
  const { logWeights, effectiveSampleSize, warning = isolated(cloud, condition, bandwidth) } = weightsNear(where, near, centre, bandwidth)
  const least = NEGLIGIBLE + logWeights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const kept = Array.from(logWeights.keys()).filter((i) => (logWeights[i] as number) >= least)
  const drawn = freeColumns(condition.columns, cloud.columns)
  const field = pointCloud(B, takeRows(takeColumns(cloud, drawn), kept), {
    logWeights: Float64Array.from(kept, (i) => logWeights[i] as number),
  })(process)
  try {
    const pairs = await labelledPairs(B, probabilityFlow(B, process, field), options)
    const { targets } = unitVariance ? withUnitVariance(pairs, process, options.grid) : pairs
    const samples = joinColumns(drawn, targets, condition.columns, hostMatrix(condition.values, 1, condition.columns.length))
    return { samples, effectiveSampleSize, bandwidth, ...(warning && { warning }) }
  } finally {
    field.free()
  }
}

/** Past this many times the usual bandwidth, what is averaged over is no neighbourhood. */
const WIDE = 3

const isolated = (cloud: HostMatrix, { columns }: Condition, bandwidth: number): TweedieError | undefined => {
  const usual = commonBandwidth(cloud, columns)
  return bandwidth > WIDE * usual
    ? tweedieError(
        'InvalidArgument',
        'conditionalSamples',
        `a bandwidth of ${bandwidth.toPrecision(3)} where ${usual.toPrecision(3)} is usual: few rows are near the condition`,
        'Condition on values that occur together, or on fewer columns',
      )
    : undefined
}

export interface ConditionalRowOptions extends ConditionalFlowOptions {
  /** The columns that are given, from 0. */
  readonly columns: readonly number[]
  /** [rows, dB]: one condition per row, in the order of `columns`, in scores. */
  readonly given: HostMatrix
  /** h, the same for all rows; 0.75 of Silverman's when left out. */
  readonly bandwidth?: number
}

/**
 * One row of p(x_A | x_B = b_i) for every condition b_i, all in one flow (`conditionalCloud`): [rows, d], the given columns as they were given. The
 * law of each row is that of `conditionalSamples`, with one bandwidth for all. A far condition is not refused: its row follows the nearest rows.
 */
export const conditionalRows = async <N>(
  B: Backend<N>,
  cloud: HostMatrix,
  { columns, given, process, unitVariance = true, bandwidth: asked, ...options }: ConditionalRowOptions,
): Promise<{ readonly samples: HostMatrix; readonly bandwidth: number }> => {
  const where = 'conditionalRows'
  requireGivenColumns(where, columns, cloud.columns)
  if (given.columns !== columns.length || given.rows < 1)
    throw tweedieError('ShapeMismatch', where, `conditions [${given.rows}, ${given.columns}]`, `Pass given as [rows, ${columns.length}]`)
  if (!given.data.every(Number.isFinite))
    throw tweedieError('NotFinite', where, 'a condition that is not finite', 'Condition on finite numbers')
  const bandwidth = asked ?? commonBandwidth(cloud, columns)
  const centres = { ...given, data: kernelCentre(given.data, bandwidth, unitVariance) }
  const pairs = await flowGiven(B, cloud, { columns, bandwidth }, centres, process, options)
  const { targets } = unitVariance ? withUnitVariance(pairs, process, options.grid) : pairs
  return { samples: joinColumns(freeColumns(columns, cloud.columns), targets, columns, given), bandwidth }
}
