import type { Backend, ForwardProcess } from '@tweedie/core'
import { as, type Field, type Kind } from '@tweedie/score'
import type { Term } from './term.js'

/** The term of a probability flow, with the process it belongs to. */
export interface ProbabilityFlow<N> extends Term<N> {
  readonly process: ForwardProcess
  /** Columns of the state, where the field tells. */
  readonly dimension?: number
}

/**
 * The probability-flow ordinary differential equation (Song et al. 2021, eq. 13; docs/formulas.md §1: f x − ½ g² score), in terms of the denoiser m:
 *
 *     dx/dt = (ln σ)' x + σ (α/σ)' m(x, t)
 *
 * with (ln σ)' = (σ²)'/(2σ²) and σ (α/σ)' = α' − α (σ²)'/(2σ²), which are finite where α = 0. Over a step,
 *
 *     propagator = σ_s/σ_t,    weight = α_s − α_t σ_s/σ_t,
 *
 * both finite from α_t = 0 and onto σ_s = 0. The clock is half the log-SNR, λ = ln(α/σ), at rate 1.
 *
 * `field` may be of any kind; it is read as a denoiser. A score or noise field does not determine m where α = 0: with those, start where
 * α > 0. The term is on the backend B; the field must be too.
 */
export const probabilityFlow = <N>(
  B: Backend<N>,
  process: ForwardProcess,
  field: Field<Kind, N> & { readonly dimension?: number },
): ProbabilityFlow<N> => {
  const { alpha, sigma, alphaDerivative, varianceDerivative } = process
  const linear = (t: number): number => varianceDerivative(t) / (2 * sigma(t) ** 2)
  const propagator = (t: number, s: number): number => sigma(s) / sigma(t)
  return {
    process,
    ...(field.dimension !== undefined && { dimension: field.dimension }),
    name: `probabilityFlow of ${process.name}`,
    backend: B,
    timeRange: process.timeRange,
    linear,
    gain: (t) => alphaDerivative(t) - alpha(t) * linear(t),
    nonlinear: as('denoiser', process)(field),
    propagator,
    weight: (t, s) => alpha(s) - alpha(t) * propagator(t, s),
    clock: { at: (t) => 0.5 * process.logSnr(t), inverse: (half) => process.timeOfLogSnr(2 * half), rate: 1 },
  }
}
