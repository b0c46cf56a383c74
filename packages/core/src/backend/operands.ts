/** The data that operations take and give besides tensors and shapes. */

/** What the posterior of X₀ given X_t = x needs to know of the noise: X_t = α X₀ + σ Z, σ > 0. */
export interface NoiseLevel {
  readonly alpha: number
  readonly sigma: number
}

/** A point cloud {y_i} with optional log-weights ln π_i (not necessarily normalised; equal weights when left out). */
export interface Cloud<N> {
  /** [N, D] */
  readonly points: N
  /** [N] */
  readonly logWeights?: N
}

/** The posterior over the points of a cloud, summarised per query. */
export interface CloudPosterior<N> {
  /** E[X₀ | X_t = x], [M, D]. */
  readonly mean: N
  /** ln p_t(x), [M]. −Infinity for a query at infinity; NaN for a NaN query, or where every point is left out. */
  readonly logDensity: N
  /** tr Cov(X₀ | X_t = x), [M]. */
  readonly covarianceTrace: N
  /** 1 / Σ w_i², [M]: between 1 and the number of points. */
  readonly effectiveSampleSize: N
}

export type Activation = 'identity' | 'tanh' | 'relu' | 'silu' | 'gelu'

/** State of Adam for one parameter. */
export interface AdamState<N> {
  readonly parameter: N
  /** Running mean of the gradient. */
  readonly first: N
  /** Running mean of its square. */
  readonly second: N
}

/** Settings of one Adam step; `step` counts from 1. */
export interface AdamStep {
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly step: number
}
