import { tweedieError } from '@tweedie/core'
import type { Sizes } from '../protocol.js'

/** How large a training may be. */
export const sizeLimits: Readonly<Record<keyof Sizes, number>> = { labels: 50_000, training: 50_000, samples: 50_000 }

/** How large trainings are where a request does not say: some seconds of a laptop. */
export const usualSizes = {
  generator: { labels: 4_000, training: 2_000, samples: 2_000 },
  network: { labels: 1, training: 1_000, samples: 2_000 },
} as const

/** The sizes of a request with what is usual. Throws `InvalidArgument` for one outside the limits. */
export const sizesOf = (job: keyof typeof usualSizes, sizes: Sizes = {}): Required<Sizes> => {
  const of = (part: keyof Sizes): number => {
    const value = sizes[part] ?? usualSizes[job][part]
    const most = sizeLimits[part]
    if (!(Number.isInteger(value) && value >= 1 && value <= most))
      throw tweedieError('InvalidArgument', `${job}, ${part}`, `${part} ${value}`, `Use a whole number from 1 to ${most}`)
    return value
  }
  return { labels: of('labels'), training: of('training'), samples: of('samples') }
}
