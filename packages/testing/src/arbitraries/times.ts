import { type ForwardProcess, type TimeGrid, timeGrid, tweedieError } from '@tweedie/core'
import fc from 'fast-check'

/**
 * Times inside the range of a process, away from its ends, where α or σ may vanish and the log-SNR be infinite: a thousandth of the
 * range is left out at the noisy end and a millionth at the clean end. Uniform and, half of the time, dense near the data.
 */
export const times = ({ timeRange: [start, end] }: ForwardProcess): fc.Arbitrary<number> => {
  const at = (fraction: number): number => start + (end - start) * fraction
  return fc.oneof(
    fc.double({ min: 1e-3, max: 0.999, noNaN: true }).map(at),
    fc.double({ min: 1e-2, max: 0.999, noNaN: true }).map((fraction) => at(fraction ** 3)),
  )
}

/**
 * Times with the log-SNR between two values, uniform in it, as far as the process has them. Throws `InvalidArgument` when it has none.
 */
export const timesByLogSnr = (process: ForwardProcess, lowest: number, highest: number): fc.Arbitrary<number> => {
  const [start, end] = process.timeRange
  const [low, high] = [Math.max(lowest, process.logSnr(end)), Math.min(highest, process.logSnr(start))]
  if (!(low < high))
    throw tweedieError(
      'InvalidArgument',
      'timesByLogSnr',
      `log-SNR from ${lowest} to ${highest} for ${process.name}`,
      `Ask for some of ${process.logSnr(end)} to ${process.logSnr(start)}`,
    )
  return fc.double({ min: low, max: high, noNaN: true }).map((lambda) => Math.min(end, Math.max(start, process.timeOfLogSnr(lambda))))
}

/** Time grids of up to 30 steps inside the range of a process, evenly spaced or not. */
export const timeGrids = (process: ForwardProcess): fc.Arbitrary<TimeGrid> => {
  const [start, end] = process.timeRange
  const gaps = fc.oneof(
    fc.integer({ min: 1, max: 30 }).map((count) => new Array<number>(count).fill(1)),
    fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
  )
  const ends = fc.tuple(fc.double({ min: 0.001, max: 0.4, noNaN: true }), fc.double({ min: 0.6, max: 0.999, noNaN: true }))
  return fc.tuple(gaps, ends).map(([steps, [low, high]]) => {
    const total = steps.reduce((sum, gap) => sum + gap, 0)
    const fractions = [0, ...steps.map((_, k) => steps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0) / total)]
    return timeGrid(
      fractions.map((fraction) => start + (end - start) * (high + (low - high) * fraction)),
      process,
    )
  })
}
