import { exponential, type ForwardProcess, karras, linear, power, quadratic, type TimeGrid, timeGrid, uniformLogSnr } from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from './numbers.js'

/** Ends of a grid as shares of the time range, from the noisy one. */
const ends = fc.record({ high: evenly(0.6, 0.999), low: evenly(0.001, 0.4) })

/**
 * Time grids of up to 30 steps inside the range of a process, its ends left out: every family of `@tweedie/core` (linear, quadratic, power,
 * exponential, Karras, uniform in log-SNR) with generated settings, and times with gaps of any size.
 */
export const timeGrids = (process: ForwardProcess): fc.Arbitrary<TimeGrid> => {
  const [start, end] = process.timeRange
  const at = (share: number): number => start + (end - start) * share
  const settings = ends.map(({ high, low }) => ({ start: at(high), stop: at(low) }))
  const families = fc
    .tuple(fc.integer({ min: 1, max: 30 }), settings, evenly(0.5, 5), evenly(1, 10), evenly(1e-6, 0.1))
    .chain(([steps, range, exponent, rho, share]) =>
      fc
        .constantFrom<() => TimeGrid>(
          () => linear(process, steps, range),
          () => quadratic(process, steps, range),
          () => power(process, steps, exponent, range),
          () => exponential(process, steps + 1, { ...range, epsilon: share * (range.start - range.stop) }),
          () => karras(process, steps, { ...range, rho }),
          () => uniformLogSnr(process, steps, range),
        )
        .map((make) => make()),
    )
  const gaps = fc.tuple(fc.array(evenly(1e-3, 1), { minLength: 1, maxLength: 30 }), ends).map(([steps, { high, low }]) => {
    const total = steps.reduce((sum, gap) => sum + gap, 0)
    const shares = [0, ...steps.map((_, k) => steps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0) / total)]
    return timeGrid(
      shares.map((share) => at(high + (low - high) * share)),
      process,
    )
  })
  return fc.oneof({ weight: 2, arbitrary: families }, gaps)
}
