import { type ForwardProcess, tweedieError } from '@tweedie/core'
import type { Times } from './model-network.js'

/** Where times are on a process, a number per row, or one for a time that all rows share: X_t = α X₀ + σ ξ. */
export interface TimeLevels {
  readonly t: Float64Array
  readonly alpha: Float64Array
  readonly sigma: Float64Array
  /** ln(α²/σ²): infinite at σ = 0 and at α = 0. */
  readonly logSnr: Float64Array
}

/** The levels of times. Throws `InvalidArgument` where α and σ are not finite and ≥ 0 with one above 0. */
export const timeLevels =
  (where: string, process: ForwardProcess) =>
  (times: Times): TimeLevels => {
    const t = typeof times === 'number' ? Float64Array.of(times) : times
    const [alpha, sigma, logSnr] = [new Float64Array(t.length), new Float64Array(t.length), new Float64Array(t.length)]
    for (let i = 0; i < t.length; i++) {
      const time = t[i] as number
      const data = process.alpha(time)
      const noise = process.sigma(time)
      const ratio = process.logSnr(time)
      if (!(data >= 0 && noise >= 0 && data + noise > 0 && data + noise < Number.POSITIVE_INFINITY) || Number.isNaN(ratio))
        throw tweedieError(
          'InvalidArgument',
          where,
          `α = ${data}, σ = ${noise} and log-SNR ${ratio} of ${process.name} at t = ${time}`,
          `Use times in the range of the process, ${process.timeRange[0]} to ${process.timeRange[1]}`,
        )
      alpha[i] = data
      sigma[i] = noise
      logSnr[i] = ratio
    }
    return { t, alpha, sigma, logSnr }
  }
