import { quantileLaw } from './quantile.js'
import { type TimeInterval, timeInterval } from './time-interval.js'
import type { TimeLaw } from './time-law.js'

/** Times uniform on [start, stop]. Binding it throws `InvalidArgument` unless that is an interval in the range of the process. */
export const uniformTimes = (interval: TimeInterval = {}): TimeLaw => ({
  name: 'uniform',
  under: (process) => {
    const [start, stop] = timeInterval('uniformTimes', process, interval)
    return quantileLaw('uniformTimes', [start, stop], (u) => start + (stop - start) * u)
  },
})
