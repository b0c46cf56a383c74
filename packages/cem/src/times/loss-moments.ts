import { tweedieError } from '@tweedie/core'
import { timeBins } from './time-bins.js'
import type { BoundTimeLaw } from './time-law.js'

/** What losses of rows say about the times they were taken at, per bin of a law. */
export interface LossMoments {
  /** The mean of the squared losses of a bin: E[L²]. */
  readonly secondMoments: Float64Array
  /** How many losses a bin has. Nichol & Dhariwal use the moments once every bin has 10. */
  readonly counts: Float64Array
}

/**
 * Second moments of the loss per bin (Nichol & Dhariwal 2021, "Improved denoising diffusion probabilistic models", §3.3), bins being equally likely
 * parts of a law of times. `losses[i]` is the weighted loss λ(t) |target − f|² of a row at `times[i]`, without the ratio of the law it was drawn
 * from: that law may be the base law or an `importanceTimes` over it with the same bins, for within a bin both are the same.
 *
 * Throws `ShapeMismatch` where times and losses are not as many, `NotFinite` for a loss whose square is not finite, `InvalidArgument` for a bad
 * number of bins, a NaN time, or a bin without a loss.
 *
 * @example
 * const { secondMoments } = lossMoments(base.under(process), 50, times, losses)
 * const law = importanceTimes({ base, secondMoments })
 */
export const lossMoments = (law: BoundTimeLaw, bins: number, times: ArrayLike<number>, losses: ArrayLike<number>): LossMoments => {
  if (times.length !== losses.length)
    throw tweedieError('ShapeMismatch', 'lossMoments', `${times.length} times for ${losses.length} losses`, 'Give one time per loss')
  const { binOf } = timeBins('lossMoments', law, bins)
  const [sums, counts] = [new Float64Array(bins), new Float64Array(bins)]
  for (let i = 0; i < times.length; i++) {
    const square = (losses[i] as number) ** 2
    if (!Number.isFinite(square))
      throw tweedieError('NotFinite', 'lossMoments', `loss ${losses[i]} of row ${i}`, 'Leave out what diverged, or look for its cause')
    const bin = binOf(times[i] as number)
    sums[bin] = (sums[bin] as number) + square
    counts[bin] = (counts[bin] as number) + 1
  }
  const empty = counts.indexOf(0)
  if (empty >= 0)
    throw tweedieError('InvalidArgument', 'lossMoments', `bin ${empty} of ${bins} has no loss`, 'Use fewer bins, or more losses')
  return { secondMoments: sums.map((sum, k) => sum / (counts[k] as number)), counts }
}
