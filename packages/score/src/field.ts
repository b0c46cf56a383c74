import type { Backend, Matrix, Vector } from '@tweedie/core'
import type { Kind } from './kind.js'

/**
 * A field of a diffusion: (x, t) ↦ tensor, x and the result [M, D], t a time on the host that all rows share. What it predicts is in
 * its type, so a noise field where a score is wanted does not compile.
 */
export interface Field<K extends Kind, N> {
  (x: Matrix<N>, t: number): Matrix<N>
  readonly kind: K
  readonly backend: Backend<N>
}

/** The first two moments of X₀ given X_t = x: the mean, [M, D], and tr Cov(X₀ | X_t = x), [M], which is σ²/α times the divergence of the mean. */
export interface PosteriorMoments<N> {
  readonly mean: Matrix<N>
  readonly covarianceTrace: Vector<N>
}

/** A field of a law whose p_t is known: the exact denoiser together with the log-density. */
export interface DensityField<N> extends Field<'denoiser', N> {
  /** Number of columns D of x. */
  readonly dimension: number
  /** ln p_t(x), [M, D] → [M]. Throws `InvalidArgument` at a time where the law has no density. */
  readonly logDensity: (x: Matrix<N>, t: number) => Vector<N>
  /**
   * ∇ ln p_t(x) where a formula is at hand that is better conditioned than Tweedie's: that one subtracts α m from x and divides by σ²,
   * which loses digits when the law is smooth and σ small. `as` uses it.
   */
  readonly score?: Field<'score', N>
  /** Posterior mean and covariance trace at once, where the law has them in closed form. */
  readonly moments?: (x: Matrix<N>, t: number) => PosteriorMoments<N>
  /** Gives back the tensors that the source holds (its points, its covariance), for every field made from it. Use none of them afterwards. */
  readonly free: () => void
}

/** A density field that has its posterior moments in closed form, as every source of this package has. */
export interface MomentField<N> extends DensityField<N> {
  readonly moments: (x: Matrix<N>, t: number) => PosteriorMoments<N>
}

/**
 * A field from a function of (x, t). The function runs in a scope of the backend: what it makes on the way is freed.
 *
 * @example
 * const halfway = field(B, 'denoiser', (x) => B.mul(x, 0.5))
 */
export const field = <K extends Kind, N>(B: Backend<N>, kind: K, evaluate: (x: Matrix<N>, t: number) => Matrix<N>): Field<K, N> =>
  Object.assign((x: Matrix<N>, t: number): Matrix<N> => B.scope(() => evaluate(x, t)), { kind, backend: B })
