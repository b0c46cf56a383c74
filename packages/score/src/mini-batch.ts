import {
  type Backend,
  choiceWithoutReplacement,
  choiceWithReplacement,
  type ForwardProcess,
  type HostMatrix,
  type Key,
  type Matrix,
  type NoiseLevel,
  takeRows,
  tweedieError,
  type Vector,
} from '@tweedie/core'
import { defaultQueriesAtOnce, inChunks } from './chunks.js'
import { atTime } from './law.js'
import { requireDensity } from './noise-level.js'
import { cloudOnBackend, type PointCloudField } from './point-cloud.js'
import { softmax } from './softmax.js'
import { requireCloud } from './validate.js'

export interface MiniBatchOptions {
  /** How many points are drawn. Paper A uses 1,000. */
  readonly size: number
  readonly key: Key
  /** Whether a row may be drawn twice; true as in paper A. */
  readonly replacement?: boolean
  /** As for `pointCloud`. */
  readonly queriesAtOnce?: number
}

/** What the draws say of the estimate at a query; three vectors [M]. */
export interface MonteCarloDiagnostics<N> {
  /** 1/Σ w_i²: how many equally weighted points would say as much. Near 1 the estimate rests on one point. */
  readonly effectiveSampleSize: Vector<N>
  /** The largest w_i. */
  readonly largestWeight: Vector<N>
  /**
   * The standard error of the posterior mean by the delta method, √(Σ w_i² |y_i − m|²): the root of the expected squared distance to the
   * full data's mean. Drawn without replacement it has the factor √(1 − size/rows). It assumes that the effective sample size is large.
   */
  readonly standardError: Vector<N>
}

/** The field of a mini-batch. */
export interface MiniBatchField<N> extends PointCloudField<N> {
  /** The rows drawn, in the order of the draw. */
  readonly indices: Uint32Array
  readonly diagnostics: (x: Matrix<N>, t: number) => MonteCarloDiagnostics<N>
}

/**
 * Paper A's field: self-normalised Monte Carlo over a mini-batch of the data, drawn once by the key and kept for every time and process
 * (docs/formulas.md §2; mean-square error at most 4ρ/N with ρ = 1 + χ², Agapiou et al. 2017, Statistical Science 32). It is the exact field of the points drawn.
 *
 * Throws what `pointCloud` throws, and `InvalidArgument` when the size is not a whole number ≥ 1 or, without replacement, is more than there
 * are rows.
 *
 * @example
 * const denoise = miniBatch(B, table, { size: 1000, key: key(1) })(vanishingLinear({ floor: 1e-2 }))
 */
export const miniBatch = <N>(
  B: Backend<N>,
  data: HostMatrix,
  { size, key, replacement = true, queriesAtOnce }: MiniBatchOptions,
): ((process: ForwardProcess) => MiniBatchField<N>) => {
  requireCloud('miniBatch', data)
  if (!(Number.isInteger(size) && size >= 1))
    throw tweedieError('InvalidArgument', 'miniBatch', `size ${size}`, 'Use a whole number of points, at least 1')
  if (!replacement && size > data.rows)
    throw tweedieError(
      'InvalidArgument',
      'miniBatch',
      `${size} different rows out of ${data.rows}`,
      'Ask for at most as many as there are, or draw with replacement',
    )
  const indices = replacement ? choiceWithReplacement(key, data.rows, size) : choiceWithoutReplacement(key, data.rows, size)
  const { points, under } = cloudOnBackend(B, { name: 'miniBatch', points: takeRows(data, indices) }, queriesAtOnce)
  const left = replacement ? 1 : 1 - size / data.rows

  const diagnose = (x: Matrix<N>, { alpha, sigma }: NoiseLevel): MonteCarloDiagnostics<N> => {
    requireDensity('miniBatch', sigma, 'a point cloud')
    const centres: Matrix<N> = B.mul(points, alpha)
    return inChunks(B, x, queriesAtOnce ?? defaultQueriesAtOnce(size), (queries) => {
      const logits: Matrix<N> = B.mul(B.squaredDistances(queries, centres), -0.5 / (sigma * sigma))
      const weights = softmax(B, logits)
      const squares = B.square(weights)
      const spread = B.squaredDistances(B.matMul(weights, points), points)
      return {
        effectiveSampleSize: B.div(1, B.sum(squares, 1)),
        largestWeight: B.max(weights, 1),
        standardError: B.sqrt(B.mul(B.sum(B.mul(squares, spread), 1), left)),
      }
    })
  }
  return (process) => {
    const base = under(process)
    return Object.assign(base, { indices, diagnostics: atTime(B, process, { name: 'miniBatch', dimension: base.dimension }, diagnose) })
  }
}
