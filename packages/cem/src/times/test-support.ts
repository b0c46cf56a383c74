/** What the tests of times share. Not part of the package's face. */
import type { ForwardProcess } from '@tweedie/core'
import { evenly, forwardProcesses } from '@tweedie/testing'
import fc from 'fast-check'

/** Numbers of (0, 1), some of them near its ends. */
export const units: fc.Arbitrary<number> = fc.oneof(
  evenly(1e-6, 1 - 1e-6),
  evenly(-52, -10).map((exponent) => 2 ** exponent),
  evenly(-52, -10).map((exponent) => 1 - 2 ** exponent),
)

/** A process with an interval inside its range, a thousandth of it long at least and away from both ends as much. */
export const intervals: fc.Arbitrary<{ process: ForwardProcess; interval: { start: number; stop: number } }> = fc
  .tuple(forwardProcesses(), evenly(1e-3, 0.997), evenly(1e-3, 1))
  .map(([process, from, share]) => {
    const [low, high] = process.timeRange
    const at = (fraction: number): number => low + (high - low) * fraction
    return { process, interval: { start: at(from), stop: at(from + 1e-3 + (0.998 - from) * share) } }
  })
