/**
 * Fused kernels: functions that every backend has (`deriveKernels` writes them in the primitives) and that a fast one overrides.
 */

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
  /** ln p_t(x), [M]. */
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

export interface Kernels<N> {
  /** |x_m − y_n|² by differences, never by expanding the square: [M, D], [N, D] → [M, N]. */
  readonly squaredDistances: (x: N, y: N) => N
  /** ln Σ exp along an axis, without overflow: −Infinity for an empty axis. */
  readonly logSumExp: (x: N, axis: number, keepDims?: boolean) => N
  /** Σ_n softmax(logits)_n values_n: [M, N], [N, D] → [M, D]. */
  readonly softmaxExpectation: (logits: N, values: N) => N
  /** E[X₀ | X_t = x] over a cloud: [M, D] → [M, D]. m = Σ w_i y_i, w = softmax(ln π_i − |x − α y_i|²/(2σ²)). */
  readonly posteriorMean: (x: N, cloud: Cloud<N>, level: NoiseLevel) => N
  /** The same with log-density, covariance trace and effective sample size. */
  readonly posteriorMoments: (x: N, cloud: Cloud<N>, level: NoiseLevel) => CloudPosterior<N>
  /** activation(x · weight + bias): [M, I], [I, O], [O] → [M, O]. */
  readonly affine: (x: N, weight: N, bias: N, activation: Activation) => N
  readonly activate: (x: N, activation: Activation) => N
  /** One Adam step with bias correction (Kingma & Ba 2015, algorithm 1). */
  readonly adamUpdate: (state: AdamState<N>, gradient: N, settings: AdamStep) => AdamState<N>
}
