import type { ForwardProcess } from '@tweedie/core'
import fc from 'fast-check'
import { timesByLogSnr } from '../../arbitraries/times.js'
import { cleanTimes } from '../cloud/limits.js'
import { evaluate, type LawfulDenoiser, type QueryOptions, queries, unitNumbers } from '../field/evaluate.js'
import { agree, type Law, law } from '../law.js'

/** What is known of the data that a denoiser was made for. */
export interface DenoiserDataOptions {
  /** The least and the largest value of every column of the data: m stays between them. */
  readonly bounds?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> }
  /** E[X_0], for data within `radius` of 0 in every coordinate: m goes there as the noise takes over. */
  readonly mean?: ArrayLike<number>
  /** A bound on |∇ ln p_t| in every coordinate near the clean end, within the radius: m goes to x/α there. For smooth data that fill the space. */
  readonly scoreBound?: number
}

/** Laws at the ends: inside the data, at the mean under much noise, at x/α under little. `tolerance` is relative to the radius. */
export const endLaws = <N>(
  denoise: LawfulDenoiser<N>,
  process: ForwardProcess,
  options: QueryOptions & DenoiserDataOptions,
  tolerance: number,
): readonly Law[] => {
  const { dimension, radius = 2, bounds, mean, scoreBound } = options
  const at = (x: readonly number[], t: number): Promise<Float64Array> => evaluate(denoise.backend, denoise, x, dimension, t)

  const hull =
    bounds &&
    law('m stays between the bounds of the data', 'm is an average of data', queries(process, options), async ({ t, x }) => {
      ;(await at(x, t)).forEach((value, j) => {
        const [low, high] = [bounds.low[j] as number, bounds.high[j] as number]
        const slack = tolerance * (1 + Math.max(Math.abs(low), Math.abs(high)))
        if (!(value >= low - slack && value <= high + slack))
          throw new Error(`coordinate ${j} of m is ${value} at t = ${t}, outside [${low}, ${high}]`)
      })
    })

  // As noisy as the process gets, down to a log-SNR of −20.
  const lowest = Math.max(-20, process.logSnr(process.timeRange[1]))
  const noisy = timesByLogSnr(process, lowest, lowest + 2)
  const noiseEnd =
    mean &&
    law(
      'm goes to E[X_0] as the noise takes over',
      'for data within R of 0 the weights change by e^{±Δ}, Δ = (2 α |x| R + α² R²/2)/σ², so |m − E[X_0]| ≤ R (e^Δ − 1)',
      fc.tuple(noisy, unitNumbers(dimension)),
      async ([t, z]) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const x = z.map((value) => 2 * sigma * value)
        const extent = radius * Math.sqrt(dimension)
        const change = (2 * alpha * Math.hypot(...x) * extent + (alpha * extent) ** 2 / 2) / sigma ** 2
        const bound = extent * Math.expm1(change) + tolerance * (1 + extent)
        ;(await at(x, t)).forEach((value, j) => agree(`coordinate ${j} of m at t = ${t}`, value, mean[j] as number, bound))
      },
    )

  const cleanEnd =
    scoreBound !== undefined &&
    law(
      'm goes to x/α as the noise goes',
      "Tweedie's formula: m − x/α = (σ²/α) score, with a bounded score (paper B, Theorem 3.7)",
      fc.tuple(cleanTimes(process), unitNumbers(dimension)),
      async ([t, y]) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const x = y.map((value) => alpha * radius * value)
        const bound = (sigma ** 2 / alpha) * scoreBound + tolerance * (1 + radius)
        ;(await at(x, t)).forEach((value, j) => agree(`coordinate ${j} of m at t = ${t}`, value, (x[j] as number) / alpha, bound))
      },
    )
  return [...(hull ? [hull] : []), ...(noiseEnd ? [noiseEnd] : []), ...(cleanEnd ? [cleanEnd] : [])]
}
