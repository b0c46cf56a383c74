import { type ForwardProcess, type Matrix, tweedieError } from '@tweedie/core'
import type { Field, PosteriorMoments } from '@tweedie/score'
import type { ProbabilityFlow } from '../term/probability-flow.js'
import type { Term } from '../term/term.js'
import type { Divergence } from './divergence.js'

/** A denoiser that gives its posterior moments: point clouds, Gaussians, mixtures, lines and circles do. */
export type DenoiserWithMoments<N> = Field<'denoiser', N> & { readonly moments: (x: Matrix<N>, t: number) => PosteriorMoments<N> }

/**
 * The exact divergence of a denoiser in closed form, for the probability flow of the same process and field: by the derivative of Tweedie's formula
 * ∂m/∂x = (α/σ²) Cov(X₀ | X_t = x) (Efron 2011, "Tweedie's formula and selection bias", §2), so
 *
 *     div m = (α/σ²) tr Cov(X₀ | X_t = x).
 *
 * Mean and trace come from one evaluation of the field's moments, so a step costs what it costs without the log-density. The field must be
 * the one that the flow was made from. `InvalidArgument` for a term of another process, or at a time where σ = 0.
 *
 * @example
 * const denoise = pointCloud(B, table)(process)
 * const divergence = posteriorDivergence(process, denoise)
 */
export const posteriorDivergence = <N>(process: ForwardProcess, field: DenoiserWithMoments<N>): Divergence<N> => ({
  name: `posteriorDivergence of ${process.name}`,
  estimates: 1,
  open: (term, { rows }) => {
    if ((term as Term<N> & Partial<ProbabilityFlow<N>>).process !== process)
      throw tweedieError(
        'InvalidArgument',
        `posteriorDivergence of ${process.name}`,
        `the term ${term.name}`,
        'Use it with probabilityFlow(B, process, field) of the same process and field, or take jacobianTrace or hutchinson',
      )
    const { backend: B } = field
    return {
      held: [],
      at: (x, t) => {
        const { mean, covarianceTrace } = field.moments(x, t)
        const factor = process.alpha(t) / process.sigma(t) ** 2
        return { nonlinear: mean, divergence: B.reshape(B.mul(covarianceTrace, factor), [rows, 1]) }
      },
    }
  },
})
