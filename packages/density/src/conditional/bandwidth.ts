import { type HostMatrix, takeColumns, tweedieError } from '@tweedie/core'
import { meanAndDeviation } from '../columns/standard.js'
import { requireInside, weightsNear } from './condition-weights.js'
import { type Given, requireGiven, requireGivenColumns } from './given.js'
import { kernelCentre } from './unit-variance.js'

/** The part of Silverman's bandwidth that a condition takes; docs/decisions/conditional.md has the measurement. */
const PART = 0.75
/** Effective rows that a condition is to rest on. */
const WANTED = 30
const GROWTH = 2 ** (1 / 8)

export interface BandwidthOptions {
  /** The bandwidth grows until so many rows count effectively, or half the rows where there are fewer; default 30. */
  readonly effectiveSampleSize?: number
  /** As in `conditionalSamples`; default true. */
  readonly unitVariance?: boolean
}

/**
 * The bandwidth of a condition: 0.75 of Silverman's (1986, eq. 4.14) for the q given columns, s (4/(q + 2))^(1/(q + 4)) n^(−1/(q + 4)) with s their
 * root-mean-square deviation, and larger (by steps of 2^(1/8)) where the rows near b are too few: the effective sample size increases with h from the
 * nearest row alone to all n. In the units of the cloud; throws what `conditionWeights` throws.
 */
export const bandwidthFor = (cloud: HostMatrix, given: Given, options: BandwidthOptions = {}): number => {
  const { effectiveSampleSize = WANTED, unitVariance = true } = options
  if (!(effectiveSampleSize >= 1))
    throw tweedieError('InvalidArgument', 'bandwidthFor', `effectiveSampleSize ${effectiveSampleSize}`, 'Use a number of rows, at least 1')
  const condition = requireGiven('bandwidthFor', given, cloud.columns)
  const near = takeColumns(cloud, condition.columns)
  requireInside('bandwidthFor', near, condition)
  const wanted = Math.min(effectiveSampleSize, near.rows / 2)
  const enough = (h: number): boolean =>
    weightsNear('bandwidthFor', near, kernelCentre(condition.values, h, unitVariance), h).effectiveSampleSize >= wanted
  let h = commonBandwidth(cloud, condition.columns)
  while (!enough(h)) h *= GROWTH
  return h
}

/** The bandwidth that serves all values of some columns [from 0] of a cloud: 0.75 of Silverman's. */
export const commonBandwidth = (cloud: HostMatrix, columns: readonly number[]): number => {
  requireGivenColumns('commonBandwidth', columns, cloud.columns)
  const q = columns.length
  const variances = columns.map((j) => {
    const [, deviation] = meanAndDeviation(takeColumns(cloud, [j]).data)
    return deviation ** 2
  })
  const deviation = Math.sqrt(variances.reduce((sum, v) => sum + v, 0) / q)
  return PART * (deviation || 1) * (4 / (q + 2)) ** (1 / (q + 4)) * cloud.rows ** (-1 / (q + 4))
}
