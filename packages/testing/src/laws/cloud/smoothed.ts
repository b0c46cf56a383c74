import { type ForwardProcess, fromRows, type HostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from '../../arbitraries/numbers.js'
import { timesByLogSnr } from '../../arbitraries/times.js'
import { evaluate, type LawfulDenoiser, unitNumbers } from '../field/evaluate.js'
import { agree, type Law, law } from '../law.js'
import { type CloudLawOptions, plainClouds } from './cases.js'
import { cleanTimes } from './limits.js'
import { plainPosterior } from './posterior.js'

/** What makes the field of X_0 = Y + N(0, s² I), Y one of the points, all equally likely. */
export type MakeSmoothedField<N> = (
  points: HostMatrix,
  standardDeviation: number,
) => (process: ForwardProcess) => LawfulDenoiser<N> & { readonly free?: () => void }

/**
 * What smoothing by N(0, s² I) does to a cloud (paper B, Theorem 3.7, eq. (30)–(31)): the score stays bounded and goes to (E[Y | X_0 = x] − x)/s².
 * Paper B's S is minus the score. The score is Tweedie's of the denoiser, which rounds by 2⁻⁵² of x over σ².
 */
export const smoothedCloudLaws = <N>(
  make: MakeSmoothedField<N>,
  process: ForwardProcess,
  options: Omit<CloudLawOptions, 'weights'>,
): readonly Law[] => {
  const { dimension, logSnrRange = [-6, 5] } = options
  const cases = (times: fc.Arbitrary<number>) =>
    fc
      .tuple(plainClouds({ ...options, weights: false }), times, evenly(0.3, 2), fc.nat(), unitNumbers(dimension))
      .map(([{ points }, t, s, index, z]) => {
        const y = points[index % points.length] as readonly number[]
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        return { points, t, s, x: y.map((value, j) => alpha * value + 2 * Math.hypot(alpha * s, sigma) * (z[j] as number)) }
      })
  type Case = { points: readonly (readonly number[])[]; t: number; s: number; x: readonly number[] }

  /** The score of the field, and how far rounding moves it. */
  const scoreOf = async ({ points, t, s, x }: Case): Promise<{ score: number[]; rounding: number }> => {
    const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
    const field = make(fromRows(points), s)(process)
    try {
      const m = await evaluate(field.backend, field, x, dimension, t)
      const score = x.map((value, j) => (alpha * (m[j] as number) - value) / sigma ** 2)
      const { meanError } = plainPosterior(points, undefined, x, { alpha, sigma: Math.hypot(alpha * s, sigma) })
      const size = Math.max(1, ...x.map(Math.abs), ...points.flat().map(Math.abs))
      return { score, rounding: (alpha * meanError) / (alpha * s) ** 2 + (2 ** -48 * (1 + alpha) * size) / sigma ** 2 }
    } finally {
      field.free?.()
    }
  }
  /** (β E[Y | β Y + N(0, τ²) = x] − x)/τ². */
  const exact = ({ points, x }: Case, alpha: number, tau: number): number[] => {
    const { mean } = plainPosterior(points, undefined, x, { alpha, sigma: tau })
    return x.map((value, j) => (alpha * (mean[j] as number) - value) / tau ** 2)
  }
  const largest = (values: readonly number[][]): number => Math.max(...values.map((row) => Math.hypot(...row)))
  const inside = timesByLogSnr(process, ...logSnrRange)

  return [
    law(
      'smoothing by N(0, s² I) adds α² s² to the noise: score = (α E[Y | X_t = x] − x)/(σ² + α² s²)',
      'paper B, Theorem 3.7, eq. (30)',
      cases(inside),
      async (given) => {
        const [alpha, sigma] = [process.alpha(given.t), process.sigma(given.t)]
        const { score, rounding } = await scoreOf(given)
        const expected = exact(given, alpha, Math.hypot(alpha * given.s, sigma))
        score.forEach((value, j) => agree(`coordinate ${j} of the score at t = ${given.t}`, value, expected[j] as number, rounding))
      },
    ),
    law(
      'the score of smoothed data is bounded: |score| ≤ max |x − α y|/(α² s²)',
      'paper B, Theorem 3.7: no singularity as t → 0',
      cases(cleanTimes(process)),
      async (given) => {
        const alpha = process.alpha(given.t)
        const { score, rounding } = await scoreOf(given)
        const bound = largest(given.points.map((y) => y.map((value, j) => (given.x[j] as number) - alpha * value))) / (alpha * given.s) ** 2
        const size = Math.hypot(...score)
        if (!(size <= bound + dimension * rounding)) throw new Error(`|score| is ${size} at t = ${given.t}, above ${bound}`)
      },
    ),
    law(
      'the score of smoothed data goes to (E[Y | X_0 = x] − x)/s² as t → 0',
      'paper B, Theorem 3.7, eq. (31)',
      cases(cleanTimes(process)),
      async (given) => {
        const { points, x, s, t } = given
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const { score, rounding } = await scoreOf(given)
        const limit = exact(given, 1, s)
        // The derivatives of (α E[Y | X] − x)/τ² in α and τ², bounded between (α, α² s² + σ²) and (1, s²): weights w change by w (a_i − ā).
        const tau2 = Math.min(s * s, (alpha * s) ** 2 + sigma ** 2)
        const far = Math.max(...[1, alpha].map((a) => largest(points.map((y) => y.map((value, j) => (x[j] as number) - a * value)))))
        const extent = largest(points.map((y) => [...y]))
        const inVariance = far / tau2 ** 2 + far ** 3 / (2 * tau2 ** 3)
        const inAlpha = extent / tau2 + (2 * far ** 2 * extent) / tau2 ** 2
        const bound = inVariance * Math.abs((alpha * alpha - 1) * s * s + sigma * sigma) + inAlpha * Math.abs(1 - alpha)
        score.forEach((value, j) => agree(`coordinate ${j} of the score at t = ${t}`, value, limit[j] as number, bound + rounding))
      },
    ),
  ]
}
