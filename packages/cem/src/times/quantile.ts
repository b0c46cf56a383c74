import { tweedieError } from '@tweedie/core'
import type { BoundTimeLaw } from './time-law.js'

/** Throws `InvalidArgument` unless 0 < u < 1. */
export const requireUnit = (where: string, u: number): number => {
  if (!(u > 0 && u < 1))
    throw tweedieError(
      'InvalidArgument',
      `${where}, timeOf`,
      `u = ${u}`,
      'Use a number strictly between 0 and 1, such as one of uniformArray',
    )
  return u
}

/**
 * A law with ratio 1 from its quantile function, whose values may leave the interval by rounding alone: they are put back. Throws
 * `InvalidArgument` for u outside (0, 1) and for a time that is NaN.
 */
export const quantileLaw = (
  where: string,
  [start, stop]: readonly [start: number, stop: number],
  quantile: (u: number) => number,
): BoundTimeLaw => ({
  timeOf: (u) => {
    const t = quantile(requireUnit(where, u))
    if (Number.isNaN(t)) throw tweedieError('InvalidArgument', `${where}, timeOf`, `time NaN at u = ${u}`, 'Mend the process')
    return Math.min(stop, Math.max(start, t))
  },
  ratio: () => 1,
})
