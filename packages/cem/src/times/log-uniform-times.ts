import { tweedieError } from '@tweedie/core'
import { quantileLaw } from './quantile.js'
import type { TimeLaw } from './time-law.js'

/**
 * Times whose distance to the clean end of the range is log-uniform on [ε, T], T the length of the range: t = start + ε (T/ε)^u. They are spread
 * as the points of paper B's exponential grid with the same ε, eq. (41).
 *
 * Throws `InvalidArgument` unless ε is positive and finite; binding it throws unless ε < T.
 */
export const logUniformTimes = ({ epsilon }: { readonly epsilon: number }): TimeLaw => {
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw tweedieError('InvalidArgument', 'logUniformTimes', `ε = ${epsilon}`, 'Use a positive, finite first time; paper B uses 1e-4')
  return {
    name: `log-uniform from ${epsilon}`,
    under: ({ name, timeRange: [start, end] }) => {
      const span = end - start
      if (!(epsilon < span))
        throw tweedieError(
          'InvalidArgument',
          `logUniformTimes under ${name}`,
          `ε = ${epsilon} of a range of length ${span}`,
          'Use an ε that is smaller than the range is long',
        )
      const growth = Math.log(span / epsilon)
      return quantileLaw('logUniformTimes', [start + epsilon, end], (u) => start + epsilon * Math.exp(growth * u))
    },
  }
}
