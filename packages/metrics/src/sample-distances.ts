import { column, fold, type HostMatrix, type Key } from '@tweedie/core'
import { energyDistance } from './energy-distance.js'
import { columnKl, type MarginalKlOptions, requireMarginalKlOptions } from './marginal-kl.js'
import { slicedWasserstein } from './sliced-wasserstein.js'
import { columnScale, standardise } from './standardise.js'
import { requireCount, requireSameColumns, requireSample } from './validate.js'

export interface SampleDistancesOptions extends MarginalKlOptions {
  /** Draws the projections and the subsamples: the same key, the same record. */
  readonly key: Key
  /** Directions of the sliced Wasserstein distance; default 200. */
  readonly projections?: number
  /** Rows kept, of each sample, for the energy distance; default 5000. */
  readonly maxRows?: number
}

/** How far a sample is from the held-out rows. Everything in training standard deviations, but for the divergences, in nats. */
export interface SampleDistances {
  /** One for each column; null where the held-out column is constant. */
  readonly marginalKl: readonly (number | null)[]
  /** The mean of those that are not null; null when all are. One column that does not vary in the sample adds tens of nats. */
  readonly meanMarginalKl: number | null
  /** Order 2. */
  readonly slicedWasserstein: number
  /** Squared, as `energyDistance`. */
  readonly energyDistance: number
}

export type CompleteOptions = Required<SampleDistancesOptions>

/** The options with their defaults. Throws `InvalidArgument`. */
export const completeOptions = (where: string, options: SampleDistancesOptions): CompleteOptions => {
  const complete = { projections: 200, maxRows: 5000, bandwidthFactor: 0.2, gridPoints: 1000, ...options }
  requireMarginalKlOptions(where, complete)
  requireCount(where, 'projections', complete.projections)
  requireCount(where, 'maxRows', complete.maxRows)
  return complete
}

/** The distances of tables that are standardised and checked. */
export const distancesBetween = (heldOut: HostMatrix, sample: HostMatrix, options: CompleteOptions): SampleDistances => {
  const marginalKl = Array.from({ length: heldOut.columns }, (_, j) => columnKl(column(heldOut, j), column(sample, j), options))
  const known = marginalKl.filter((value): value is number => value !== null)
  return {
    marginalKl,
    meanMarginalKl: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
    slicedWasserstein: slicedWasserstein(heldOut, sample, { key: fold(options.key, 0), projections: options.projections }),
    energyDistance: energyDistance(heldOut, sample, { key: fold(options.key, 1), maxRows: options.maxRows }),
  }
}

/**
 * The distances of `evaluateSamples` alone, which cost a fraction of the rest: of `training` from `heldOut`, both standardised by
 * `training`. What `evaluateSamples(heldOut, training, training, options).floor` has of them, to the last bit.
 *
 * Both tables need 2 rows. Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options) or `NotFinite`.
 */
export const sampleDistances = (heldOut: HostMatrix, training: HostMatrix, options: SampleDistancesOptions): SampleDistances => {
  const where = 'sampleDistances'
  const complete = completeOptions(where, options)
  requireSample(where, 'heldOut', heldOut, 2)
  requireSample(where, 'training', training, 2)
  requireSameColumns(where, ['heldOut', 'training'], heldOut, training)
  const scale = columnScale(training)
  return distancesBetween(standardise(heldOut, scale), standardise(training, scale), complete)
}
