import {
  type Backend,
  type ForwardProcess,
  type HostMatrix,
  type Matrix,
  type NoiseLevel,
  type PosteriorOf,
  tweedieError,
  type Vector,
} from '@tweedie/core'
import { defaultQueriesAtOnce, inChunks } from './chunks.js'
import type { DensityField } from './field.js'
import { atTime, densityField, type Law } from './law.js'
import type { IndexReport } from './tree/index-report.js'
import { type IndexOptions, indexedCloud } from './tree/indexed-cloud.js'
import { type WeightedCloud, weightedCloud } from './weighted-cloud.js'

export interface PointCloudOptions extends IndexOptions {
  /** ln π_i, one per row, up to a constant; −Infinity leaves the row out. Equal weights when left out. */
  readonly logWeights?: ArrayLike<number>
  /**
   * How many queries are taken at once. By default all of them where the backend sums over a cloud in one pass; elsewhere tensors of
   * queries × points are made, of at most 2²² numbers each.
   */
  readonly queriesAtOnce?: number
}

/** The field of a point cloud. */
export interface PointCloudField<N> extends DensityField<N> {
  /** Number of points with a weight. */
  readonly size: number
  /** The posterior over the points: mean [M, D], log-density, covariance trace and effective sample size [M]. Needs σ > 0. */
  readonly moments: (x: Matrix<N>, t: number) => PosteriorOf<N>
  /** What the index was measured to do at the noise levels asked for so far; without an index there are none. */
  readonly indexReport: () => IndexReport
}

/**
 * The exact field of a point cloud {y_i} with weights π_i: m = Σ w_i y_i, w = softmax_i(ln π_i − |x − α y_i|²/(2σ²)) (docs/formulas.md §1; paper B, eq. (64)
 * and (78)), by the backend's posterior kernel: distances by differences, weights by log-sum-exp.
 *
 * With `index` a query visits part of the cloud (docs/guide/score.md, Large clouds): the denoiser within `tol`, the log-density, covariance trace and
 * effective sample size within `tol` of their own units. All fields of one `pointCloud(B, data, options)` share the index and its measurements.
 *
 * Its calls throw `InvalidArgument` where σ = 0. Building it throws `InvalidTable` for an empty table, `NotFinite` naming the row and column of a
 * NaN or an infinity, `ShapeMismatch` when there are not as many log-weights as rows, `InvalidArgument` when no row has any weight or an option
 * is not one, `Unsupported` for an index on a backend without `readNow`.
 *
 * @example
 * const denoise = pointCloud(B, table)(vanishingLinear({ floor: 1e-2 }))
 */
export const pointCloud = <N>(
  B: Backend<N>,
  data: HostMatrix,
  options: PointCloudOptions = {},
): ((process: ForwardProcess) => PointCloudField<N>) =>
  cloudOnBackend(B, weightedCloud('pointCloud', data, options.logWeights), options.queriesAtOnce, options).under

/** A checked cloud on a backend: its points [N, D], and its field under a process. */
export const cloudOnBackend = <N>(
  B: Backend<N>,
  weighted: WeightedCloud,
  asked?: number,
  options: IndexOptions = {},
): { readonly points: Matrix<N>; readonly under: (process: ForwardProcess) => PointCloudField<N> } => {
  const { name, points: table, logWeights } = weighted
  const { data, rows, columns } = table
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1))
    throw tweedieError('InvalidArgument', name, `${asked} queries at once`, 'Use a whole number, at least 1')
  const queriesAtOnce = asked ?? (B.cloudsInOnePass === true ? Number.POSITIVE_INFINITY : defaultQueriesAtOnce(rows))
  const points: Matrix<N> = B.tensor(data, [rows, columns])
  const weights: Vector<N> | undefined = logWeights && B.tensor(logWeights, [rows])
  const cloud = weights === undefined ? { points } : { points, logWeights: weights }

  const exact = {
    mean: (x: Matrix<N>, level: NoiseLevel): Matrix<N> =>
      inChunks(B, x, queriesAtOnce, (queries) => ({ mean: B.posteriorMean(queries, cloud, level) })).mean,
    moments: (x: Matrix<N>, level: NoiseLevel): PosteriorOf<N> =>
      inChunks(B, x, queriesAtOnce, (queries) => ({ ...B.posteriorMoments(queries, cloud, level) })),
  }
  const { index = 'none' } = options
  const indexed = index === 'none' ? undefined : indexedCloud(B, weighted, exact, options)
  const { mean, moments } = indexed ?? exact
  const law: Law<N> = {
    name,
    dimension: columns,
    held: weights === undefined ? [points] : [points, weights],
    denoise: mean,
    logDensity: (x, level) => moments(x, level).logDensity,
  }
  return {
    points,
    under: (process) => {
      const base = densityField(B, law)(process)
      const { free: freeLaw } = base
      const free = (): void => {
        freeLaw()
        indexed?.free()
      }
      const indexReport = indexed?.report ?? (() => ({ tol: 0, levels: [] }))
      return Object.assign(base, { size: rows, moments: atTime(B, process, law, moments), indexReport, free })
    },
  }
}
