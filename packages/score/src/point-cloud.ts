import {
  type Backend,
  type ForwardProcess,
  type HostMatrix,
  type Matrix,
  type NoiseLevel,
  type PosteriorOf,
  takeRows,
  tweedieError,
  type Vector,
} from '@tweedie/core'
import { defaultQueriesAtOnce, inChunks } from './chunks.js'
import type { DensityField } from './field.js'
import { atTime, densityField, type Law } from './law.js'
import { requireCloud } from './validate.js'

export interface PointCloudOptions {
  /** ln π_i, one per row, up to a constant; −Infinity leaves the row out. Equal weights when left out. */
  readonly logWeights?: ArrayLike<number>
  /**
   * How many queries are taken at once. A backend without a fused kernel makes tensors of queries × points; by default at most 2²²
   * numbers each.
   */
  readonly queriesAtOnce?: number
}

/** The field of a point cloud. */
export interface PointCloudField<N> extends DensityField<N> {
  /** Number of points with a weight. */
  readonly size: number
  /** The posterior over the points: mean [M, D], log-density, covariance trace and effective sample size [M]. Needs σ > 0. */
  readonly moments: (x: Matrix<N>, t: number) => PosteriorOf<N>
}

/**
 * The exact field of a point cloud {y_i} with weights π_i: m = Σ w_i y_i, w = softmax_i(ln π_i − |x − α y_i|²/(2σ²)) (docs/formulas.md §1; paper B, eq. (64)
 * and (78)), by the backend's posterior kernel: distances by differences, weights by log-sum-exp.
 *
 * Its calls throw `InvalidArgument` where σ = 0. Building it throws `InvalidTable` for an empty table, `NotFinite` naming the row and column of a
 * NaN or an infinity, `ShapeMismatch` when there are not as many log-weights as rows, `InvalidArgument` when no row has any weight.
 *
 * @example
 * const denoise = pointCloud(B, table)(vanishingLinear({ floor: 1e-2 }))
 */
export const pointCloud = <N>(
  B: Backend<N>,
  data: HostMatrix,
  options: PointCloudOptions = {},
): ((process: ForwardProcess) => PointCloudField<N>) =>
  cloudOnBackend(B, weightedCloud('pointCloud', data, options.logWeights), options.queriesAtOnce).under

/** Checked points on the host, each with a weight above 0. */
export interface WeightedCloud {
  readonly name: string
  readonly points: HostMatrix
  readonly logWeights?: Float64Array
}

/** Checks a table and its log-weights, and leaves out rows whose weight is 0. */
export const weightedCloud = (name: string, data: HostMatrix, logWeights?: ArrayLike<number>): WeightedCloud => {
  requireCloud(name, data)
  if (logWeights === undefined) return { name, points: data }
  if (logWeights.length !== data.rows)
    throw tweedieError('ShapeMismatch', name, `${logWeights.length} log-weights for ${data.rows} rows`, 'Give one log-weight per row')
  const weights = Float64Array.from(logWeights)
  const bad = weights.findIndex((weight) => Number.isNaN(weight) || weight === Number.POSITIVE_INFINITY)
  if (bad >= 0)
    throw tweedieError(
      'NotFinite',
      name,
      `log-weight ${weights[bad]} in row ${bad}`,
      'Use finite log-weights, or -Infinity to leave a row out',
    )
  const kept = Array.from(weights.keys()).filter((i) => weights[i] !== Number.NEGATIVE_INFINITY)
  if (kept.length === 0) throw tweedieError('InvalidArgument', name, 'every log-weight is -Infinity', 'Give at least one row a weight')
  if (kept.length === data.rows) return { name, points: data, logWeights: weights }
  return { name, points: takeRows(data, kept), logWeights: Float64Array.from(kept, (i) => weights[i] as number) }
}

/** A checked cloud on a backend: its points [N, D], and its field under a process. */
export const cloudOnBackend = <N>(
  B: Backend<N>,
  { name, points: { data, rows, columns }, logWeights }: WeightedCloud,
  queriesAtOnce = defaultQueriesAtOnce(rows),
): { readonly points: Matrix<N>; readonly under: (process: ForwardProcess) => PointCloudField<N> } => {
  if (!(Number.isInteger(queriesAtOnce) && queriesAtOnce >= 1))
    throw tweedieError('InvalidArgument', name, `${queriesAtOnce} queries at once`, 'Use a whole number, at least 1')
  const points: Matrix<N> = B.tensor(data, [rows, columns])
  const weights: Vector<N> | undefined = logWeights && B.tensor(logWeights, [rows])
  const cloud = weights === undefined ? { points } : { points, logWeights: weights }

  const moments = (x: Matrix<N>, level: NoiseLevel): PosteriorOf<N> =>
    inChunks(B, x, queriesAtOnce, (queries) => ({ ...B.posteriorMoments(queries, cloud, level) }))
  const law: Law<N> = {
    name,
    dimension: columns,
    held: weights === undefined ? [points] : [points, weights],
    denoise: (x, level) => inChunks(B, x, queriesAtOnce, (queries) => ({ mean: B.posteriorMean(queries, cloud, level) })).mean,
    logDensity: (x, level) => moments(x, level).logDensity,
  }
  return {
    points,
    under: (process) => Object.assign(densityField(B, law)(process), { size: rows, moments: atTime(B, process, law, moments) }),
  }
}
