import { inverseNormal, tweedieError } from '@tweedie/core'
import { normalDistribution } from '../support/normal-distribution.js'
import { quantileLaw } from './quantile.js'
import { type TimeInterval, timeInterval } from './time-interval.js'
import type { TimeLaw } from './time-law.js'

export interface LogNormalNoiseOptions extends TimeInterval {
  /** The mean of ln(σ/α); EDM takes ln(data deviation/0.5) − 1.2. */
  readonly mean: number
  /** Its standard deviation; EDM takes 1.2. */
  readonly deviation: number
}

/**
 * Times whose noise level is log-normal, ln(σ/α) ~ N(mean, deviation²), cut off at the ends of the interval (Karras et al. 2022, §5 and table 1): training
 * goes where there is something to learn, not where the data are hidden or noise is hardly seen. Binding it throws `InvalidArgument` where the mean is
 * not finite, the deviation is not positive, or the interval has less than 1e-6 of the law.
 */
export const logNormalNoiseTimes = ({ mean, deviation, ...interval }: LogNormalNoiseOptions): TimeLaw => ({
  name: `log-normal noise (${mean}, ${deviation})`,
  under: (process) => {
    const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', `logNormalNoiseTimes under ${process.name}`, what, mend)
    if (!Number.isFinite(mean)) throw refuse(`mean ${mean}`, 'Give the mean of ln(σ/α)')
    if (!(deviation > 0 && Number.isFinite(deviation))) throw refuse(`deviation ${deviation}`, 'Use a positive number, such as 1.2')
    const [start, stop] = timeInterval('logNormalNoiseTimes', process, interval)
    const [low, high] = [start, stop].map((t) => normalDistribution((-0.5 * process.logSnr(t) - mean) / deviation)) as [number, number]
    if (!(high - low > 1e-6))
      throw refuse(
        `the interval from ${start} to ${stop} has ${high - low} of the law`,
        'Choose a mean between the values of ln(σ/α) at the ends',
      )
    return quantileLaw('logNormalNoiseTimes', [start, stop], (u) =>
      process.timeOfLogSnr(-2 * (mean + deviation * inverseNormal(low + (high - low) * u))),
    )
  },
})
