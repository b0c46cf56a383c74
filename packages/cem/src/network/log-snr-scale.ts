import { type ForwardProcess, tweedieError } from '@tweedie/core'

/** The farthest log-SNR of a range that is not given: σ/α from 5.5e-4 to 1.8e3. */
const farthest = 15

/**
 * The log-SNR λ as a network can take it: clipped to [low, high] and scaled to [−1, 1], so +Infinity (σ = 0) is 1 and −Infinity (α = 0) is −1.
 * Without a range, it is that of the process as far as it lies within ±15. Throws `InvalidArgument` for a range that is not increasing and finite.
 */
export const logSnrScale = (
  where: string,
  process: ForwardProcess,
  range: readonly [low: number, high: number] = ownRange(process),
): ((logSnr: Float64Array) => Float64Array) => {
  const [low, high] = range
  if (!(low < high && Number.isFinite(high - low)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `log-SNR range [${low}, ${high}] for ${process.name}`,
      'Give logSnrRange as [low, high] with low < high, both finite',
    )
  return (logSnr) => logSnr.map((each) => (2 * (Math.min(high, Math.max(low, each)) - low)) / (high - low) - 1)
}

const ownRange = ({ timeRange: [start, end], logSnr }: ForwardProcess): readonly [low: number, high: number] => [
  Math.max(-farthest, logSnr(end)),
  Math.min(farthest, logSnr(start)),
]
