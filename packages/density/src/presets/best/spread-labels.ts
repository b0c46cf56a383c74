import {
  type Backend,
  type ForwardProcess,
  fold,
  type HostMatrix,
  type Key,
  type TimeGrid,
  uniformLogSnr,
  vanishingLinear,
} from '@tweedie/core'
import { dpmSolver2M, probabilityFlow, type Solver } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { type LabelledPairs, labelledPairs, withUnitVariance } from '../../labelled-pairs.js'
import { localSpread } from '../../spread/local-spread.js'
import { type LearnCheckpointOptions, stageOf } from '../learn-checkpoint.js'
import type { LearnProgress } from '../learnt.js'
import { bestSettings } from './settings.js'

export interface SpreadLabelOptions extends Omit<LearnCheckpointOptions, 'checkpointEvery'> {
  readonly key: Key
  /** Width of the kernels along the data; 0 leaves the rows as they are. */
  readonly spread?: number
  readonly floor?: number
  /** Rows of the spread cloud; the rows of the table where those are more. */
  readonly cloud?: number
  /** dpmSolver2M when left out. */
  readonly solver?: Solver
  /** Uniform in log-SNR when left out. */
  readonly grid?: (process: ForwardProcess, steps: number) => TimeGrid
  /** Steps of the solver. */
  readonly solverSteps?: number
  /** States solved at a time: memory, not results. */
  readonly chunk?: number
  readonly labels?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LearnProgress) => void
}

/**
 * Labelled pairs of scores [rows, d] that were spread along the data: the exact flow of the whole spread cloud, one cloud for all pairs, so that labels
 * do not contradict each other. Divided by √(α² + σ²) at the end. Rejects with what `localSpread` and `labelledPairs` do.
 */
export const spreadLabels = async <N>(B: Backend<N>, scores: HostMatrix, options: SpreadLabelOptions): Promise<LabelledPairs> => {
  const { key, signal, onProgress } = options
  const {
    spread = bestSettings.spread,
    floor = bestSettings.floor,
    solverSteps = bestSettings.solverSteps,
    labels = bestSettings.labels,
  } = options
  const cloud = localSpread(scores, { count: Math.max(scores.rows, options.cloud ?? bestSettings.cloud), spread, key: fold(key, 0) })
  const process = vanishingLinear({ floor })
  const grid = (options.grid ?? uniformLogSnr)(process, solverSteps)
  const field = pointCloud(B, cloud)(process)
  try {
    const pairs = await labelledPairs(B, probabilityFlow(B, process, field), {
      solver: options.solver ?? dpmSolver2M,
      grid,
      count: labels,
      key: fold(key, 1),
      ...(options.chunk !== undefined && { chunk: options.chunk }),
      ...stageOf(options, 'labels'),
      ...(signal && { signal }),
      onProgress: ({ done, total }) => onProgress?.({ stage: 'labels', done, total }),
    })
    return withUnitVariance(pairs, process, grid)
  } finally {
    field.free()
  }
}
