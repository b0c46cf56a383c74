import type { CloudPosterior, NoiseLevel } from './operands.js'

/**
 * A point cloud ordered as a tree, on the host: what an index builds and a backend evaluates.
 *
 * The points stand in the order of a left-balanced k-d tree, so every aligned group of 64 · 16^k of them is compact. Groups of level 0 are
 * blocks of 64 points (the last one may have fewer); a group of level k + 1 is sixteen groups of level k. The last level has one group.
 */
export interface CloudTree {
  /** Number of points N and of columns D. */
  readonly count: number
  readonly dimension: number
  /** Points of a block, 64, and groups of a group, 16. */
  readonly blockSize: number
  readonly arity: number
  /** [N, D], in tree order. */
  readonly points: Float64Array
  /** ln π_i, [N], in tree order; equal weights when left out. */
  readonly logWeights?: Float64Array
  /** order[k] is the row of the table that stands at place k. */
  readonly order: Uint32Array
  readonly levels: readonly CloudLevel[]
}

/** What is known of the groups of one level: their box, and their exact first and second moments under the weights π. */
export interface CloudLevel {
  /** Number of groups G = ⌈N / (blockSize · arity^level)⌉. */
  readonly count: number
  /** ln Σ π_i over the group, [G]; the logarithm of its size for equal weights. */
  readonly logWeight: Float64Array
  /** The corners of the box around the points, [G, D] each. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** The mean, [G, D]. */
  readonly centre: Float64Array
  /** The covariance C = Σ_k variances_k v_k v_kᵀ + rest · (I − Σ_k v_k v_kᵀ): the largest `rank` principal axes, and one variance for the others. */
  readonly rank: number
  /** Orthonormal axes, [G, rank, D]. */
  readonly vectors: Float64Array
  /** [G, rank], falling. */
  readonly variances: Float64Array
  /** The mean variance along what is left, [G]; 0 when rank is D. */
  readonly rest: Float64Array
}

/** How exactly a tree is evaluated. */
export type TreeQuery =
  /** Every group that is left out is bounded by its box: |m − exact|₂ ≤ tolerance, but for rounding. */
  | { readonly method: 'certified'; readonly tolerance: number }
  /** Groups stand for a Gaussian of their moments, and are opened while their share of the error may exceed `opening`; 0 opens all. */
  | { readonly method: 'verified'; readonly opening: number }

/** A tree on a backend. */
export interface CloudTreePosterior<N> {
  /** E[X₀ | X_t = x], [M, D] → [M, D]. */
  readonly mean: (x: N, level: NoiseLevel, query: TreeQuery) => N
  /** The mean with log-density, covariance trace and effective sample size. */
  readonly moments: (x: N, level: NoiseLevel, query: TreeQuery) => CloudPosterior<N>
  /** Gives back what the tree holds on the backend. */
  readonly free: () => void
}
