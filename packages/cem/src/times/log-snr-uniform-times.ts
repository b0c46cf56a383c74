import { tweedieError } from '@tweedie/core'
import { quantileLaw } from './quantile.js'
import { type TimeInterval, timeInterval } from './time-interval.js'
import type { TimeLaw } from './time-law.js'

/**
 * Times whose log-SNR is uniform between that of start and that of stop (Kingma et al. 2021, "Variational diffusion models", §5: the noise schedule
 * only matters through it). Binding it throws `InvalidArgument` where the log-SNR of an end is infinite.
 */
export const logSnrUniformTimes = (interval: TimeInterval = {}): TimeLaw => ({
  name: 'uniform in log-SNR',
  under: (process) => {
    const [start, stop] = timeInterval('logSnrUniformTimes', process, interval)
    const [first, last] = [process.logSnr(start), process.logSnr(stop)]
    if (!Number.isFinite(first - last))
      throw tweedieError(
        'InvalidArgument',
        `logSnrUniformTimes under ${process.name}`,
        `log-SNR ${first} at t = ${start} and ${last} at t = ${stop}`,
        'Give { start, stop } inside the range, where both α and σ are positive, or the process a floor',
      )
    return quantileLaw('logSnrUniformTimes', [start, stop], (u) => process.timeOfLogSnr(first + (last - first) * u))
  },
})
