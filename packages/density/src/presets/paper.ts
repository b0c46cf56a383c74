/** Paper A's pipeline with the settings of its authors' code (docs/formulas.md §2). */

import { type Backend, fold, type HostMatrix, type Key, linear, vanishingLinear } from '@tweedie/core'
import { adam, mlp, stepDecay } from '@tweedie/nn'
import { euler, probabilityFlow } from '@tweedie/ode-sde'
import { type MiniBatchField, miniBatch } from '@tweedie/score'
import { type FittedColumns, fitColumns } from '../columns/fit-columns.js'
import { type FittedGenerator, fit } from '../fit.js'
import { type LabelFlow, type LabelledPairs, labelledPairs } from '../labelled-pairs.js'
import { type LearnCheckpointOptions, reached, stageOf } from './learn-checkpoint.js'
import type { LearnProgress, Learnt } from './learnt.js'

/**
 * What the authors' code does, but for the width of the network, which depends on the table. `rateDecay` are the parts of the iterations
 * after which the rate is halved: 5,000, 10,000 and 12,000 of 20,000.
 */
export const paperSettings = {
  scaling: 'standard',
  /** α = 1 − 0.99 t, σ² = 0.01 + 0.99 t. */
  floor: 0.01,
  /** Uniform steps of the explicit Euler method. */
  steps: 500,
  /** Points drawn with replacement, once per chunk of initial states. */
  miniBatch: 1_000,
  /** Initial states that share a mini-batch; 2,000 on MINIBOONE. */
  chunk: 5_000,
  labels: 200_000,
  iterations: 20_000,
  batch: 'full',
  rate: 2e-3,
  rateDecay: [0.25, 0.5, 0.6],
} as const

/** Sizes of the labels; those of `paperSettings` when left out. */
export interface PaperLabelOptions extends Omit<LearnCheckpointOptions, 'checkpointEvery'> {
  readonly key: Key
  readonly labels?: number
  readonly steps?: number
  readonly chunk?: number
  readonly miniBatch?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LearnProgress) => void
}

/** Sizes of the training; those of `paperSettings` when left out. */
export interface PaperFitOptions extends LearnCheckpointOptions {
  readonly key: Key
  /** H of the network d–H–H–d, or the sizes of its hidden layers. The paper: 256 (POWER), 512 (GAS), 1,024 (HEPMASS), 1,400 (MINIBOONE). */
  readonly hidden: number | readonly number[]
  readonly iterations?: number
  /** Labels in each iteration: all of them in the paper. */
  readonly batch?: number | 'full'
  readonly rate?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LearnProgress) => void
}

export type LearnPaperOptions = PaperLabelOptions & PaperFitOptions

/**
 * Paper A's labels of scores [rows, d]: explicit Euler along the reverse ODE of the Monte Carlo score, a mini-batch for each chunk of initial
 * states. They keep the floor's variance. Rejects with what `labelledPairs` and `miniBatch` do.
 */
export const paperLabels = <N>(B: Backend<N>, scores: HostMatrix, options: PaperLabelOptions): Promise<LabelledPairs> => {
  const { key, signal, onProgress } = options
  const { labels, steps, chunk, miniBatch: size } = { ...paperSettings, ...options }
  const process = vanishingLinear({ floor: paperSettings.floor })
  let drawn: MiniBatchField<N> | undefined
  const flow: LabelFlow<N> = {
    size: chunk,
    flow: (group) => {
      drawn = miniBatch(B, scores, { size, key: fold(fold(key, 1), group), replacement: true })(process)
      return probabilityFlow(B, process, drawn)
    },
    free: () => drawn?.free(),
  }
  return labelledPairs(B, flow, {
    solver: euler,
    grid: linear(process, steps),
    count: labels,
    key: fold(key, 2),
    ...stageOf(options, 'labels'),
    ...(signal && { signal }),
    onProgress: ({ done, total }) => onProgress?.({ stage: 'labels', done, total }),
  })
}

/** Paper A's network of labels: an MLP of tanh fitted by Adam to the mean of the summed squared error, without validation rows. */
export const fitPaper = <N>(
  B: Backend<N>,
  pairs: Pick<LabelledPairs, 'inputs' | 'targets'>,
  { maps }: Pick<FittedColumns, 'maps'>,
  options: PaperFitOptions,
): Promise<FittedGenerator<N>> => {
  const { key, hidden, signal, onProgress } = options
  const { iterations, batch, rate } = { ...paperSettings, ...options }
  const d = pairs.targets.columns
  const decays = paperSettings.rateDecay.map((part) => Math.max(1, Math.round(part * iterations)))
  return fit(B, mlp([d, ...(typeof hidden === 'number' ? [hidden, hidden] : hidden), d], { activation: 'tanh' }), pairs, {
    columns: maps,
    optimiser: adam({ rate: stepDecay(rate, decays) }),
    steps: iterations,
    batch,
    validationFraction: 0,
    key: fold(key, 3),
    ...stageOf(options, 'training'),
    checkpointEvery: options.checkpointEvery,
    ...(signal && { signal }),
    onProgress: ({ step }) => onProgress?.({ stage: 'training', done: step, total: iterations }),
  })
}

/**
 * Paper A's generator of a table [rows, d]: z-scores, labels, network (`paperLabels`, `fitPaper`).
 *
 * Rejects with `InvalidTable` for a constant column or fewer than two rows, `NotFinite`, `InvalidArgument` for sizes that are not positive whole
 * numbers or a batch larger than the labels, `InvalidModel` for a checkpoint of another run, and `Aborted`. The parameters are the caller's to free;
 * nothing else stays on the backend.
 *
 * @example
 * const learnt = await learnPaper(B, table, { key: key(0), hidden: 256 })
 * const rows = await generate(B, learnt, { count: 100_000, key: key(1) })
 */
export const learnPaper = async <N>(B: Backend<N>, table: HostMatrix, options: LearnPaperOptions): Promise<Learnt<N>> => {
  const columns = fitColumns(table, paperSettings.scaling, fold(options.key, 0))
  const stage = reached(options)
  const pairs = await paperLabels(B, columns.scores, { ...options, ...stage() })
  const fitted = await fitPaper(B, pairs, columns, { ...options, ...stage() })
  return { ...fitted, cloud: columns.scores, floor: paperSettings.floor, labelSeconds: pairs.statistics.seconds }
}
