import { type HostMatrix, tweedieError } from '@tweedie/core'
import type { Support } from '../support/support.js'
import { requireWhole } from '../support/validate.js'
import { chiSquareSurvival } from './chi-square.js'

/** How samples spread along a support. */
export interface MassAlong {
  /** Samples per bin of the coordinate; the bins are equally likely under the data. */
  readonly counts: readonly number[]
  readonly shares: readonly number[]
  /** The largest |share · bins − 1|. */
  readonly largestDeviation: number
  /** The standard deviation of a share if the samples were data, √(p(1 − p)/count), p = 1/bins. */
  readonly shareStandardError: number
  /** Pearson's χ² against equal shares, bins − 1 degrees of freedom. */
  readonly chiSquare: number
  /** How often data would give as large a χ² or a larger one. */
  readonly pValue: number
}

/**
 * The mass of samples along a support, in bins of the coordinate of their nearest points (docs/formulas.md §3): distance to the support is half the story.
 *
 * Throws `Unsupported` for a support without a coordinate, `InvalidArgument` for no samples or fewer than two bins, and what `support.coordinates` throws.
 */
export const massAlong = (support: Support, samples: HostMatrix, bins = 12): MassAlong => {
  requireWhole('massAlong', 'bins', bins, 2)
  if (support.coordinates === undefined)
    throw tweedieError('Unsupported', 'massAlong', `${support.name} has no coordinate`, 'Count samples by their nearest point instead')
  if (samples.rows < 1) throw tweedieError('InvalidArgument', 'massAlong', 'no samples', 'Give at least one')
  const counts = new Array<number>(bins).fill(0)
  for (const u of support.coordinates(samples)) {
    const bin = Math.min(bins - 1, Math.floor(u * bins))
    counts[bin] = (counts[bin] as number) + 1
  }
  const expected = samples.rows / bins
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2, 0) / expected
  return {
    counts,
    shares: counts.map((count) => count / samples.rows),
    largestDeviation: counts.reduce((most, count) => Math.max(most, Math.abs(count / expected - 1)), 0),
    shareStandardError: Math.sqrt((bins - 1) / samples.rows) / bins,
    chiSquare,
    pValue: chiSquareSurvival(chiSquare, bins - 1),
  }
}
