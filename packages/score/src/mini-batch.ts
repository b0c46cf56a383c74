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
} from '@tweedie/core'
import { defaultQueriesAtOnce, inChunks } from './chunks.js'
import { atTime } from './law.js'
import { diagnose, type MonteCarloDiagnostics } from './mini-batch-diagnostics.js'
import { requireDensity } from './noise-level.js'
import { cloudOnBackend, type PointCloudField } from './point-cloud.js'
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

/** The field of a mini-batch. */
export interface MiniBatchField<N> extends PointCloudField<N> {
  /** The rows drawn, in the order of the draw. */
  readonly indices: Uint32Array
  /** How far to trust the estimate at each query. */
  readonly diagnostics: (x: Matrix<N>, t: number) => MonteCarloDiagnostics<N>
}

/**
 * Paper A's field: self-normalised Monte Carlo over a mini-batch of the data, drawn once by the key and kept for every time and process
 * (docs/formulas.md §2). It is the exact field of the points drawn. `meanSquareErrorBound` and `biasBound` bound its error, `diagnostics` estimates it.
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

  const diagnostics = (x: Matrix<N>, level: NoiseLevel): MonteCarloDiagnostics<N> => {
    requireDensity('miniBatch', level.sigma, 'a point cloud')
    return inChunks(B, x, queriesAtOnce ?? defaultQueriesAtOnce(size), (queries) => ({ ...diagnose(B, queries, points, level, left) }))
  }
  return (process) => {
    const base = under(process)
    return Object.assign(base, { indices, diagnostics: atTime(B, process, { name: 'miniBatch', dimension: base.dimension }, diagnostics) })
  }
}
