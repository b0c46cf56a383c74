import { tweedieError } from '@tweedie/core'
import { requireUnit } from './quantile.js'
import { timeBins, upperBound } from './time-bins.js'
import type { BoundTimeLaw, TimeLaw } from './time-law.js'

export interface ImportanceTimesOptions {
  /** The law that says how often a time matters. */
  readonly base: TimeLaw
  /** E[L²] of the weighted loss per bin of the base law, of `lossMoments`. Their number is the number of bins. */
  readonly secondMoments: ArrayLike<number>
  /** The share of draws that follow the base law, in (0, 1]; no ratio exceeds its inverse. 0.001 by default. */
  readonly baseShare?: number | undefined
}

/**
 * Importance sampling of times (Nichol & Dhariwal 2021, §3.3): bins of the base law are drawn with probability p ∝ b √E[L²], b the bin's
 * probability under the base law, and within a bin times follow the base law. A share of draws follows the base law throughout, as in the authors'
 * code, so that the ratio b/p is bounded. With that ratio on the loss the mean over draws is that under the base law, with the least variance that
 * bins allow.
 *
 * Throws `InvalidArgument` for no moments, a negative or non-finite one, all zero, or a share outside (0, 1]; binding it throws for more bins than the
 * base law has times.
 */
export const importanceTimes = ({ base, secondMoments, baseShare = 0.001 }: ImportanceTimesOptions): TimeLaw => {
  const roots = rootsOf(secondMoments)
  if (!(baseShare > 0 && baseShare <= 1))
    throw tweedieError('InvalidArgument', 'importanceTimes', `base share ${baseShare}`, 'Use a share above 0 and at most 1, such as 0.001')
  return { name: `importance over ${base.name}`, under: (process) => boundTo(base.under(process), roots, baseShare) }
}

const rootsOf = (secondMoments: ArrayLike<number>): Float64Array => {
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', 'importanceTimes', what, mend)
  const roots = Float64Array.from(secondMoments, (moment, k) => {
    if (!(moment >= 0 && Number.isFinite(moment))) throw refuse(`second moment ${moment} of bin ${k}`, 'Use means of squared losses')
    return Math.sqrt(moment)
  })
  if (roots.length === 0) throw refuse('no second moments', 'Give one per bin, at least one')
  if (roots.every((root) => root === 0)) throw refuse('all second moments are 0', 'There is nothing to go by: use the base law')
  return roots
}

const boundTo = (base: BoundTimeLaw, roots: Float64Array, share: number): BoundTimeLaw => {
  const bins = roots.length
  const { edges, binOf } = timeBins('importanceTimes', base, bins)
  const widths = roots.map((_, k) => (edges[k + 1] as number) - (edges[k] as number))
  const total = roots.reduce((sum, root, k) => sum + root * (widths[k] as number), 0)
  /** p/b of a bin: the own density over that of the base law. */
  const densities = roots.map((root) => share + (1 - share) * (root / total))
  const cumulative = new Float64Array(bins - 1)
  densities.slice(0, -1).reduce((sum, density, k) => {
    cumulative[k] = sum + density * (widths[k] as number)
    return cumulative[k]
  }, 0)
  return {
    timeOf: (u) => {
      const bin = upperBound(cumulative, requireUnit('importanceTimes', u))
      const before = bin === 0 ? 0 : (cumulative[bin - 1] as number)
      const inBase = (edges[bin] as number) + (u - before) / (densities[bin] as number)
      return base.timeOf(Math.min(inBase, edges[bin + 1] as number, LAST))
    },
    ratio: (t) => base.ratio(t) / (densities[binOf(t)] as number),
  }
}

/** The largest number below 1. */
const LAST = 1 - 2 ** -53
