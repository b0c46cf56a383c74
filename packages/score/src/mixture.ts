import { type Backend, type ForwardProcess, type Matrix, type NoiseLevel, tweedieError } from '@tweedie/core'
import type { MomentField } from './field.js'
import { type Gaussian, gaussianLaw } from './gaussian.js'
import { densityField } from './law.js'
import { softmax } from './softmax.js'

/** One Gaussian of a mixture. */
export interface MixtureComponent extends Gaussian {
  /** Its share, positive; the shares are divided by their sum. 1 when left out. */
  readonly weight?: number
}

/**
 * The field of a Gaussian mixture: the components' denoisers and scores, averaged with the responsibilities
 * r_k(x, t) = π_k p_k(x)/Σ π_j p_j(x), made by log-sum-exp (docs/formulas.md §1).
 *
 * At σ = 0 it needs every covariance to be regular and throws `InvalidArgument` otherwise. Building it throws `InvalidArgument` for no
 * components or a weight that is not positive, `ShapeMismatch` when the components differ in dimension, and what `gaussian` throws.
 */
export const mixture = <N>(B: Backend<N>, components: readonly MixtureComponent[]): ((process: ForwardProcess) => MomentField<N>) => {
  const laws = components.map((component, k) => gaussianLaw(B, component, `mixture, component ${k}`))
  const first = laws[0]
  if (first === undefined) throw tweedieError('InvalidArgument', 'mixture', 'no components', 'Give at least one Gaussian')
  const weights = components.map(({ weight = 1 }) => weight)
  weights.forEach((weight, k) => {
    if (!(weight > 0 && Number.isFinite(weight)))
      throw tweedieError(
        'InvalidArgument',
        `mixture, component ${k}`,
        `weight ${weight}`,
        'Use a positive, finite weight, or leave the component out',
      )
  })
  for (const law of laws)
    if (law.dimension !== first.dimension)
      throw tweedieError(
        'ShapeMismatch',
        law.name,
        `dimension ${law.dimension} where the first has ${first.dimension}`,
        'Give every component as many columns',
      )
  const logTotal = Math.log(weights.reduce((sum, weight) => sum + weight, 0))

  /** ln π_k p_k(x), [M, K]. */
  const logits = (x: Matrix<N>, level: NoiseLevel): Matrix<N> => {
    const rows = B.shape(x)[0]
    return B.concat(
      laws.map((law, k): Matrix<N> => B.reshape(B.add(law.logDensity(x, level), Math.log(weights[k] as number) - logTotal), [rows, 1])),
      1,
    )
  }
  /** Σ_k r_k f_k(x). */
  const average = (x: Matrix<N>, level: NoiseLevel, of: (law: (typeof laws)[number]) => Matrix<N>): Matrix<N> => {
    const responsibilities = softmax(B, logits(x, level))
    return laws
      .map((law, k): Matrix<N> => B.mul(B.slice(responsibilities, 1, k, k + 1), of(law)))
      .reduce((sum, part): Matrix<N> => B.add(sum, part))
  }

  return densityField(B, {
    name: 'mixture',
    dimension: first.dimension,
    held: laws.flatMap((law) => law.held),
    denoise: (x, level) => average(x, level, (law) => law.denoise(x, level)),
    score: (x, level) => average(x, level, (law) => law.score(x, level)),
    // Within the components and between them, sums of squares both: tr Cov = Σ_k r_k (tr C_k(x) + |m_k − m|²).
    moments: (x, level) => {
      const responsibilities = softmax(B, logits(x, level))
      const parts = laws.map((law, k) => ({ ...law.moments(x, level), share: B.slice(responsibilities, 1, k, k + 1) as Matrix<N> }))
      const mean = parts.map((part): Matrix<N> => B.mul(part.share, part.mean)).reduce((sum, part): Matrix<N> => B.add(sum, part))
      const rows = B.shape(x)[0]
      const traces = parts.map(({ share, mean: own, covarianceTrace }): Matrix<N> => {
        const between: Matrix<N> = B.sum(B.square(B.sub(own, mean)), 1, true)
        return B.mul(share, B.add(between, B.reshape(covarianceTrace, [rows, 1])))
      })
      return { mean, covarianceTrace: B.sum(B.concat(traces, 1), 1) }
    },
    logDensity: (x, level) => B.logSumExp(logits(x, level), 1),
  })
}
