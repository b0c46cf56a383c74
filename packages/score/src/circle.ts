import { type Backend, type ForwardProcess, type Matrix, type NoiseLevel, tweedieError } from '@tweedie/core'
import { besselGap, besselRatio, logScaledBessel0 } from './bessel.js'
import type { MomentField } from './field.js'
import { densityField } from './law.js'
import { requireDensity } from './noise-level.js'

/**
 * The field of the uniform law on the circle of a radius r about 0 in the plane: m = r (I₁(κ)/I₀(κ)) x/|x|, κ = α r |x|/σ² (docs/formulas.md §1),
 * and p_t(x) = e^(−(|x| − α r)²/(2σ²)) · e^(−κ) I₀(κ)/(2πσ²).
 *
 * At σ = 0 the denoiser is its limit, the nearest point of the circle (0 at the centre); log-density and moments throw `InvalidArgument`. Building it
 * throws `InvalidArgument` unless r is positive and finite.
 */
export const circle = <N>(
  B: Backend<N>,
  { radius = 1 }: { readonly radius?: number } = {},
): ((process: ForwardProcess) => MomentField<N>) => {
  if (!(radius > 0 && Number.isFinite(radius)))
    throw tweedieError('InvalidArgument', 'circle', `radius ${radius}`, 'Use a positive, finite radius')
  /** |x|², [M, 1]. */
  const squaredNorm = (x: Matrix<N>): Matrix<N> => B.sum(B.square(x), 1, true)

  const denoise = (x: Matrix<N>, { alpha, sigma }: NoiseLevel): Matrix<N> => {
    const norm2 = squaredNorm(x)
    if (sigma === 0) {
      const isCentre = B.equal(norm2, 0)
      return B.mul(x, B.where(isCentre, 0, B.div(radius, B.sqrt(B.where(isCentre, 1, norm2)))))
    }
    // κ = rate · |x|, and I₁/I₀ · x/|x| = rate · (I₁/(κ I₀)) · x is regular at the centre.
    const rate = (alpha * radius) / (sigma * sigma)
    return B.mul(B.mul(x, rate * radius), besselRatio(B, B.mul(norm2, rate * rate)))
  }

  return densityField(B, {
    name: 'circle',
    dimension: 2,
    held: [],
    denoise,
    // |X₀| = r always, so tr Cov = r² − |m|² = r² (1 − A)(1 + A), A = I₁(κ)/I₀(κ).
    moments: (x, level) => {
      requireDensity('circle', level.sigma, 'a circle')
      const rate = (level.alpha * radius) / (level.sigma * level.sigma)
      const gap = besselGap(B, B.mul(B.sum(B.square(x), 1), rate * rate))
      return { mean: denoise(x, level), covarianceTrace: B.mul(B.mul(gap, B.sub(2, gap)), radius * radius) }
    },
    logDensity: (x, { alpha, sigma }) => {
      requireDensity('circle', sigma, 'a circle')
      const norm2 = B.sum(B.square(x), 1)
      const rate = (alpha * radius) / (sigma * sigma)
      const standardised = B.mul(B.sub(B.sqrt(norm2), alpha * radius), 1 / sigma)
      const bessel = logScaledBessel0(B, B.mul(norm2, rate * rate))
      return B.sub(B.add(B.mul(B.square(standardised), -0.5), bessel), Math.log(2 * Math.PI) + 2 * Math.log(sigma))
    },
  })
}
