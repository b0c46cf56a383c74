import {
  type Backend,
  type ForwardProcess,
  type HostMatrix,
  hostMatrix,
  type Matrix,
  type NoiseLevel,
  type Tensor,
  tweedieError,
} from '@tweedie/core'
import type { MomentField } from './field.js'
import { densityField, type Law } from './law.js'
import { requireDensity } from './noise-level.js'
import { spectrum } from './spectrum.js'
import { requireFinite } from './validate.js'

/** N(mean, covariance) in D dimensions. */
export interface Gaussian {
  /** D numbers. */
  readonly mean: ArrayLike<number>
  /** D × D, symmetric and positive semidefinite. It may be singular: that is a law on a subspace. */
  readonly covariance: HostMatrix
}

/**
 * The field of a Gaussian N(μ, C): m = μ + α C (α² C + σ² I)⁻¹ (x − α μ) (docs/formulas.md §1), in the eigenvectors of C, so nothing is inverted.
 *
 * At σ = 0 the denoiser is its limit, the nearest point of the law's support; log-density and score exist there when C is regular and
 * throw `InvalidArgument` when it is not. Building it throws `ShapeMismatch` when C is not D × D, `NotFinite` for a NaN or an infinity,
 * `InvalidArgument` when C is not symmetric or has a negative eigenvalue.
 *
 * @example
 * const plane = gaussian(B, { mean: [0, 0], covariance: fromRows([[1, 0.5], [0.5, 1]]) })(ornsteinUhlenbeck())
 */
export const gaussian = <N>(B: Backend<N>, law: Gaussian): ((process: ForwardProcess) => MomentField<N>) =>
  densityField(B, gaussianLaw(B, law, 'gaussian'))

/** A Gaussian with a closed-form score, as a law. */
export const gaussianLaw = <N>(
  B: Backend<N>,
  { mean, covariance }: Gaussian,
  name: string,
): Law<N> & Required<Pick<Law<N>, 'score' | 'moments'>> => {
  const dimension = mean.length
  if (dimension < 1) throw tweedieError('InvalidArgument', name, 'an empty mean', 'Give one number per column')
  requireFinite(`${name}, mean`, hostMatrix(mean, 1, dimension))
  const { variances, directions } = spectrum(name, covariance, dimension)

  const centre: Matrix<N> = B.tensor(mean, [1, dimension])
  const basis: Matrix<N> | undefined = directions && B.tensor(directions, [dimension, dimension])
  const basisTransposed: Matrix<N> | undefined = directions && B.tensor(transposed(directions, dimension), [dimension, dimension])
  const held: readonly Tensor<N>[] = [centre, ...(basis && basisTransposed ? [basis, basisTransposed] : [])]

  /** One number per eigenvector, from its variance λ, as a row. */
  const perDirection = (of: (variance: number) => number): Matrix<N> => B.tensor(variances.map(of), [1, dimension])
  /** Uᵀ(x − α μ). */
  const coordinates = (x: Matrix<N>, alpha: number): Matrix<N> => {
    const offset: Matrix<N> = B.sub(x, B.mul(centre, alpha))
    return basis === undefined ? offset : B.matMul(offset, basis)
  }
  const back = (y: Matrix<N>): Matrix<N> => (basisTransposed === undefined ? y : B.matMul(y, basisTransposed))

  const variance = ({ alpha, sigma }: NoiseLevel, of: number): number => alpha * alpha * of + sigma * sigma
  const requireRegular = (level: NoiseLevel): void => {
    const least = variances.reduce((a, b) => Math.min(a, variance(level, b)), Number.POSITIVE_INFINITY)
    requireDensity(name, least, `a covariance of rank ${variances.filter((v) => v > 0).length} in ${dimension} dimensions`)
  }

  const denoise: Law<N>['denoise'] = (x, level) => {
    // Where λ = 0 nothing is added, at σ = 0 too: the limit is the projection.
    const gain = perDirection((v) => (v === 0 ? 0 : (level.alpha * v) / variance(level, v)))
    return B.add(centre, back(B.mul(coordinates(x, level.alpha), gain)))
  }

  return {
    name,
    dimension,
    held,
    denoise,
    // The posterior covariance λσ²/(α²λ + σ²) per direction is the same at every x.
    moments: (x, level) => {
      const trace = variances.reduce((sum, v) => sum + (v === 0 ? 0 : (v * level.sigma ** 2) / variance(level, v)), 0)
      return { mean: denoise(x, level), covarianceTrace: B.full([B.shape(x)[0]], trace) }
    },
    score: (x, level) => {
      requireRegular(level)
      return back(
        B.mul(
          coordinates(x, level.alpha),
          perDirection((v) => -1 / variance(level, v)),
        ),
      )
    },
    logDensity: (x, level) => {
      requireRegular(level)
      const standardised = B.mul(
        coordinates(x, level.alpha),
        perDirection((v) => 1 / Math.sqrt(variance(level, v))),
      )
      const logNormaliser = variances.reduce((sum, v) => sum + 0.5 * Math.log(2 * Math.PI * variance(level, v)), 0)
      return B.sub(B.mul(B.sum(B.square(standardised), 1), -0.5), logNormaliser)
    },
  }
}

const transposed = (matrix: Float64Array, size: number): Float64Array =>
  matrix.map((_, k) => matrix[(k % size) * size + Math.floor(k / size)] as number)
