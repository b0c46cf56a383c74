import { type ForwardProcess, tweedieError } from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from './numbers.js'

/**
 * Times inside the range of a process, away from its ends, where α or σ may vanish and the log-SNR be infinite: a thousandth of the
 * range is left out at the noisy end and a millionth at the clean end. Uniform and, half of the time, dense near the data.
 */
export const times = ({ timeRange: [start, end] }: ForwardProcess): fc.Arbitrary<number> => {
  const at = (fraction: number): number => start + (end - start) * fraction
  return fc.oneof(
    evenly(1e-3, 0.999).map(at),
    evenly(1e-2, 0.999).map((fraction) => at(fraction ** 3)),
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
  return evenly(low, high).map((lambda) => Math.min(end, Math.max(start, process.timeOfLogSnr(lambda))))
}
