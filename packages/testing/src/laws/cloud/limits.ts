import type { ForwardProcess } from '@tweedie/core'
import fc from 'fast-check'
import { timesByLogSnr } from '../../arbitraries/times.js'
import { unitNumbers } from '../field/evaluate.js'
import { agree, type Law, law } from '../law.js'
import { ask, type CloudLawOptions, cloudCases, type MakeCloudField, plainClouds } from './cases.js'
import { plainPosterior, squaredDistance } from './posterior.js'

/** The cleanest times of a process: log-SNR from six below what it reaches, or below 20 if it reaches more. */
export const cleanTimes = (process: ForwardProcess): fc.Arbitrary<number> => {
  const highest = Math.min(20, process.logSnr(process.timeRange[0]))
  return timesByLogSnr(process, highest - 6, highest)
}

/** The definition, the hull, and what is left as the noise goes. */
export const definitionLaws = <N>(make: MakeCloudField<N>, process: ForwardProcess, options: CloudLawOptions): readonly Law[] => {
  const { dimension } = options
  const cases = cloudCases(process, options)
  const levelOf = (t: number) => ({ alpha: process.alpha(t), sigma: process.sigma(t) })
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, j) => sum + value * (b[j] as number), 0)

  return [
    law(
      'm and ln p are those of the definition, in plain loops',
      'docs/formulas.md §1; paper B, eq. (64) and (78)',
      cases,
      async ({ t, x, ...cloud }) => {
        const found = await ask(make, process, cloud, t, x)
        const expected = plainPosterior(cloud.points, cloud.logWeights, x, levelOf(t))
        found.mean.forEach((value, j) => agree(`coordinate ${j} of m at t = ${t}`, value, expected.mean[j] as number, expected.meanError))
        agree(`ln p at t = ${t}`, found.logDensity, expected.logDensity, expected.logDensityError)
      },
    ),
    law(
      'm lies in the convex hull of the points',
      'm is an average of the points; the hull by its support function (Rockafellar 1970, theorem 13.1)',
      fc.tuple(cases, unitNumbers(dimension)),
      async ([{ t, x, ...cloud }, direction]) => {
        const { mean } = await ask(make, process, cloud, t, x)
        const inside = cloud.points.filter((_, i) => cloud.logWeights?.[i] !== Number.NEGATIVE_INFINITY)
        const axes = direction.map((_, j) => direction.map((__, k) => (k === j ? 1 : 0)))
        for (const u of [direction, ...axes].flatMap((v) => [v, v.map((value) => -value)])) {
          const most = Math.max(...inside.map((y) => dot(y, u)))
          // The average of n numbers rounds by n 2⁻⁵² of the largest.
          const rounding = 2 ** -48 * inside.length * (1 + Math.max(...inside.flat().map(Math.abs)))
          if (!(dot(mean, u) <= most + rounding))
            throw new Error(`m is ${dot(mean, u)} along [${u.join(', ')}] at t = ${t}, where no point is beyond ${most}`)
        }
      },
    ),
    law(
      'm goes to the nearest point as the noise goes',
      'paper B, Theorem 3.5, eq. (29): x + σ² score → α y_x; |m − y_x| ≤ Σ (π_i/π_x) e^(−(|x − α y_i|² − |x − α y_x|²)/(2σ²)) |y_i − y_x|',
      fc.tuple(plainClouds(options), cleanTimes(process), fc.nat(), unitNumbers(dimension)),
      async ([cloud, t, index, unit]) => {
        const { alpha, sigma } = levelOf(t)
        const { points, logWeights } = cloud
        const x = (points[index % points.length] as readonly number[]).map((value, j) => alpha * value + (unit[j] as number))
        const weights = logWeights ?? points.map(() => 0)
        const scaled = points.map((y) => y.map((value) => alpha * value))
        const distances = scaled.map((y, i) => (weights[i] === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : squaredDistance(x, y)))
        const nearest = distances.indexOf(Math.min(...distances))
        const point = points[nearest] as readonly number[]
        const bound = points.reduce((sum, y, i) => {
          if (distances[i] === Number.POSITIVE_INFINITY) return sum
          const gap = ((distances[i] as number) - (distances[nearest] as number)) / (2 * sigma * sigma)
          // A ratio above 1 is a point nearly as near with more weight: no weight is above 1.
          return (
            sum + Math.min(1, Math.exp((weights[i] as number) - (weights[nearest] as number) - gap)) * Math.sqrt(squaredDistance(y, point))
          )
        }, 0)
        const { mean } = await ask(make, process, cloud, t, x)
        const { meanError } = plainPosterior(points, logWeights, x, { alpha, sigma })
        agree(`distance of m from the nearest point at t = ${t}`, Math.sqrt(squaredDistance(mean, point)), 0, 1.01 * bound + 4 * meanError)
      },
    ),
  ]
}
