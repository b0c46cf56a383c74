import { type Backend, type ForwardProcess, type Matrix, type NoiseLevel, tweedieError } from '@tweedie/core'
import type { MomentField } from './field.js'
import { densityField } from './law.js'
import { requireDensity } from './noise-level.js'

/** The law of the first coordinate, N(mean, standardDeviation²); the second is 0. */
export interface LineSettings {
  readonly mean?: number
  /** s ≥ 0. */
  readonly standardDeviation?: number
}

/**
 * The field of a line in the plane, X₀ = (N(μ, s²), 0), the smallest example of data on a submanifold (paper B, eq. (62), which has μ = 0 and s = 1):
 * score = (−(x₁ − αμ)/(σ² + α²s²), −x₂/σ²), m = (μ + α s² (x₁ − αμ)/(σ² + α²s²), 0).
 *
 * At σ = 0 the denoiser is the nearest point of the line; log-density and score throw `InvalidArgument`. Building it throws
 * `InvalidArgument` unless μ and s are finite and s ≥ 0.
 */
export const line = <N>(
  B: Backend<N>,
  { mean = 0, standardDeviation = 1 }: LineSettings = {},
): ((process: ForwardProcess) => MomentField<N>) => {
  if (!(Number.isFinite(mean) && Number.isFinite(standardDeviation) && standardDeviation >= 0))
    throw tweedieError(
      'InvalidArgument',
      'line',
      `mean ${mean} and standard deviation ${standardDeviation}`,
      'Use finite numbers, the second not negative',
    )
  const s2 = standardDeviation * standardDeviation

  const pair = (first: number, second: number): Matrix<N> => B.tensor([first, second], [1, 2])
  const offset = (x: Matrix<N>, alpha: number): Matrix<N> => B.sub(x, pair(alpha * mean, 0))
  /** The variances of the two coordinates of X_t. */
  const variances = ({ alpha, sigma }: NoiseLevel): [along: number, across: number] => [sigma * sigma + alpha * alpha * s2, sigma * sigma]

  const denoise = (x: Matrix<N>, level: NoiseLevel): Matrix<N> => {
    const [along] = variances(level)
    return B.add(B.mul(offset(x, level.alpha), pair(s2 === 0 ? 0 : (level.alpha * s2) / along, 0)), pair(mean, 0))
  }

  return densityField(B, {
    name: 'line',
    dimension: 2,
    held: [],
    denoise,
    moments: (x, level) => {
      const trace = s2 === 0 ? 0 : (s2 * level.sigma ** 2) / variances(level)[0]
      return { mean: denoise(x, level), covarianceTrace: B.full([B.shape(x)[0]], trace) }
    },
    score: (x, level) => {
      const [along, across] = variances(level)
      requireDensity('line', across, 'a line in the plane')
      return B.mul(offset(x, level.alpha), pair(-1 / along, -1 / across))
    },
    logDensity: (x, level) => {
      const [along, across] = variances(level)
      requireDensity('line', across, 'a line in the plane')
      const standardised = B.mul(offset(x, level.alpha), pair(1 / Math.sqrt(along), 1 / Math.sqrt(across)))
      return B.sub(B.mul(B.sum(B.square(standardised), 1), -0.5), Math.log(2 * Math.PI) + 0.5 * (Math.log(along) + Math.log(across)))
    },
  })
}
