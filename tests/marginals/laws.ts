import {
  type ForwardProcess,
  fold,
  fromRows,
  type Key,
  normalArray,
  ornsteinUhlenbeck,
  uniformArray,
  vanishingLinear,
  vpLinear,
} from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { type DensityField, gaussian, mixture, pointCloud } from '@tweedie/score'
import { type Feature, projections } from './two-sample.js'

export const B = cpu()

/** A part of a law in the plane: its share, mean, and covariance [[a, b], [b, c]] as [a, b, c]. */
interface Part {
  readonly weight: number
  readonly mean: readonly [number, number]
  readonly covariance: readonly [number, number, number]
}

/** A law of data in the plane under a process, and the times between which solvers take its p_t to p_s. */
export interface PlaneLaw {
  readonly name: string
  readonly process: ForwardProcess
  readonly denoise: DensityField<CpuTensor>
  readonly parts: readonly Part[]
  /** From noise to data; `reverse` for equations with noise, where that must start elsewhere. */
  readonly times: { readonly start: number; readonly stop: number; readonly reverse?: number }
}

/**
 * Exact draws of X_t = α X_0 + σ Z, [count, 2]: a part by its share, then its normal law by Cholesky's factor of the covariance, then the noise. No code
 * of a field is in it.
 */
export const drawAt = ({ parts, process }: Pick<PlaneLaw, 'parts' | 'process'>, t: number, key: Key, count: number): Float64Array => {
  const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
  const below = parts.map((_, k) => parts.slice(0, k + 1).reduce((sum, { weight }) => sum + weight, 0))
  const total = below.at(-1) as number
  const [chosen, own, noise] = [
    uniformArray(fold(key, 0), count),
    normalArray(fold(key, 1), 2 * count),
    normalArray(fold(key, 2), 2 * count),
  ]
  const points = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    const share = (chosen[i] as number) * total
    const part = parts[below.findIndex((edge) => share < edge)] ?? (parts.at(-1) as Part)
    const [a, b, c] = part.covariance
    const slope = a === 0 ? 0 : b / a
    const along = Math.sqrt(a) * (own[2 * i] as number)
    const across = slope * along + Math.sqrt(c - slope * b) * (own[2 * i + 1] as number)
    points[2 * i] = alpha * (part.mean[0] + along) + sigma * (noise[2 * i] as number)
    points[2 * i + 1] = alpha * (part.mean[1] + across) + sigma * (noise[2 * i + 1] as number)
  }
  return points
}

/** Six directions, and ln p_s: along it a spread that is off shows whatever the shape of the law. */
export const featuresOf = ({ denoise }: PlaneLaw, t: number): readonly Feature[] => [
  ...projections(6),
  async (points) => {
    const x = B.tensor(points, [points.length / 2, 2])
    const logDensity = B.scope(() => denoise.logDensity(x, t))
    const values = await B.read(logDensity)
    B.free(x)
    B.free(logDensity)
    return Float64Array.from(values)
  },
]

const matrixOf = ([a, b, c]: Part['covariance']) =>
  fromRows([
    [a, b],
    [b, c],
  ])
const between = (process: ForwardProcess, noisiest: number, cleanest: number) => ({
  start: process.timeOfLogSnr(noisiest),
  stop: process.timeOfLogSnr(cleanest),
})

const bell: Part = { weight: 1, mean: [0.5, -0.3], covariance: [0.6, 0.3, 0.4] }
const bumps: readonly Part[] = [
  { weight: 1, mean: [1, -0.4], covariance: [0.04, 0, 0.02] },
  { weight: 2, mean: [-1, 0.5], covariance: [0.03, 0, 0.1] },
]
/** Five points of the plane, one of them in the middle. */
export const points: readonly Part[] = (
  [
    [0, 0],
    [1.2, 0.9],
    [-1, 1],
    [-0.8, -1.1],
    [0.9, -1],
  ] as const
).map((mean) => ({ weight: 1, mean, covariance: [0, 0, 0] }))

const [ou, vp, vanishing] = [ornsteinUhlenbeck(), vpLinear(), vanishingLinear()]

/** A Gaussian, a mixture, and a cloud whose flow starts from the prior itself, where α = 0. */
export const laws: readonly PlaneLaw[] = [
  {
    name: 'a Gaussian',
    process: ou,
    parts: [bell],
    denoise: gaussian(B, { mean: bell.mean, covariance: matrixOf(bell.covariance) })(ou),
    times: between(ou, -4, 3),
  },
  {
    name: 'a mixture',
    process: vp,
    parts: bumps,
    denoise: mixture(
      B,
      bumps.map(({ weight, mean, covariance }) => ({ weight, mean, covariance: matrixOf(covariance) })),
    )(vp),
    times: between(vp, -4, 3),
  },
  {
    name: 'a cloud',
    process: vanishing,
    parts: points,
    denoise: pointCloud(B, fromRows(points.map(({ mean }) => [...mean])))(vanishing),
    // The reverse equation has an infinite drift where α = 0: it starts from exact draws at log-SNR −4, where α is about 0.13.
    times: { start: 1, stop: vanishing.timeOfLogSnr(3), reverse: vanishing.timeOfLogSnr(-4) },
  },
]
