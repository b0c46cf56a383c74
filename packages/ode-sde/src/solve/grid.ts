import { tweedieError } from '@tweedie/core'

/** Checks the times of a solve: at least two, finite, strictly decreasing or strictly increasing. Throws `InvalidArgument`. */
export const requireMonotone = (where: string, times: readonly number[]): void => {
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', where, what, mend)
  if (!(times.length >= 2)) throw refuse(`a grid of ${times.length} times`, 'A grid needs at least a start and a stop')
  const direction = directionOf(times)
  times.forEach((t, k) => {
    const before = times[k - 1]
    if (!Number.isFinite(t) || (before !== undefined && !((t - before) * direction > 0)))
      throw refuse(
        `time ${t} at position ${k}${before === undefined ? '' : ` after ${before}`}`,
        'Times must be finite and strictly decrease (from noise to data) or strictly increase',
      )
  })
}

/** 1 for increasing times, −1 for decreasing ones. */
export const directionOf = (times: readonly number[]): 1 | -1 => ((times.at(-1) as number) > (times[0] as number) ? 1 : -1)
