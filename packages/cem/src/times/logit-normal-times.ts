import { inverseNormal, tweedieError } from '@tweedie/core'
import { quantileLaw } from './quantile.js'
import { type TimeInterval, timeInterval } from './time-interval.js'
import type { TimeLaw } from './time-law.js'

/**
 * Times t = start + (stop − start)/(1 + e^(−z)), z ~ N(mean, deviation²): dense in the middle (Esser et al. 2024, "Scaling rectified flow
 * transformers for high-resolution image synthesis", §3.1). A negative mean leans to the clean end.
 *
 * Throws `InvalidArgument` unless the mean is finite and the deviation positive and finite; binding it throws unless start and stop are an interval
 * in the range of the process.
 */
export const logitNormalTimes = ({
  mean = 0,
  deviation = 1,
  ...interval
}: TimeInterval & { readonly mean?: number | undefined; readonly deviation?: number | undefined } = {}): TimeLaw => {
  if (!Number.isFinite(mean))
    throw tweedieError('InvalidArgument', 'logitNormalTimes', `mean ${mean}`, 'Use a finite mean; 0 is the middle')
  if (!(deviation > 0 && Number.isFinite(deviation)))
    throw tweedieError('InvalidArgument', 'logitNormalTimes', `deviation ${deviation}`, 'Use a positive, finite deviation; 1 is usual')
  return {
    name: `logit-normal with mean ${mean} and deviation ${deviation}`,
    under: (process) => {
      const [start, stop] = timeInterval('logitNormalTimes', process, interval)
      return quantileLaw(
        'logitNormalTimes',
        [start, stop],
        (u) => start + (stop - start) / (1 + Math.exp(-(mean + deviation * inverseNormal(u)))),
      )
    },
  }
}
