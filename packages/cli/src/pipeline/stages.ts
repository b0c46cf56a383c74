import { type Backend, type ForwardProcess, fold, type HostMatrix, type Key, key, type TimeGrid, vanishingLinear } from '@tweedie/core'
import {
  type FittedColumns,
  type FittedGenerator,
  fit,
  fitColumns,
  generate,
  type LabelFlow,
  type LabelledPairs,
  labelledPairs,
  withUnitVariance,
} from '@tweedie/density'
import { adam, cosineDecay, mlp, warmUp } from '@tweedie/nn'
import { probabilityFlow } from '@tweedie/ode-sde'
import { type MiniBatchField, miniBatch, pointCloud } from '@tweedie/score'
import type { Progress } from '../files/index.js'
import { grids, solvers } from '../settings/names.js'
import type { CompleteSettings } from '../settings/settings.js'

/** What each random part of a run draws from: one key per purpose, so that no two see the same numbers. */
export const keysOf = (seed: number) => {
  const purpose = (index: number): Key => fold(key(seed), index)
  return {
    split: purpose(0),
    columns: purpose(1),
    miniBatch: purpose(2),
    labels: purpose(3),
    training: purpose(4),
    samples: purpose(5),
    metrics: purpose(6),
    trajectories: purpose(7),
    halves: purpose(8),
  } as const
}

/** What a stage needs from the outside. */
export interface StageContext<N> {
  readonly backend: Backend<N>
  readonly settings: CompleteSettings
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Pairs that share one mini-batch (the authors' code: 5,000). */
const MINI_BATCH_GROUP = 2_500

/** The process and grid of a run. */
export const processOf = ({ floor, grid, steps }: CompleteSettings): { readonly process: ForwardProcess; readonly grid: TimeGrid } => {
  const process = vanishingLinear({ floor })
  return { process, grid: grids[grid](process, steps) }
}

/** Stage 1, paper A §3.2 steps 2 and 3: scores of the table, the training-free flow, and the labelled pairs it gives. */
export const makeLabels = async <N>(
  { backend: B, settings, progress, signal }: StageContext<N>,
  training: HostMatrix,
): Promise<{ columns: FittedColumns; pairs: LabelledPairs }> => {
  const keys = keysOf(settings.seed)
  const columns = fitColumns(training, settings.scaling, keys.columns)
  const { process, grid } = processOf(settings)
  const whole = (): ReturnType<typeof probabilityFlow<N>> => probabilityFlow(B, process, pointCloud(B, columns.scores)(process))
  const { miniBatch: size } = settings
  let drawn: MiniBatchField<N> | undefined
  const flow: LabelFlow<N> =
    size === undefined || size >= training.rows
      ? whole()
      : {
          size: MINI_BATCH_GROUP,
          flow: (group) => {
            drawn = miniBatch(B, columns.scores, { size, key: fold(keys.miniBatch, group) })(process)
            return probabilityFlow(B, process, drawn)
          },
          free: () => drawn?.free(),
        }
  const stage = progress.stage('labels', settings.labels, 'pairs')
  const pairs = await labelledPairs(B, flow, {
    solver: solvers[settings.solver],
    grid,
    count: settings.labels,
    key: keys.labels,
    chunk: settings.chunk,
    signal,
    onProgress: ({ done }) => stage.update(done),
  })
  stage.done()
  return { columns, pairs: withUnitVariance(pairs, process, grid) }
}

/** Stage 2: the supervised fit. */
export const trainGenerator = async <N>(
  { backend: B, settings, progress, signal }: StageContext<N>,
  pairs: LabelledPairs,
  columns: FittedColumns,
): Promise<FittedGenerator<N>> => {
  const { trainingSteps, batch, rate, hidden, activation, labels, seed } = settings
  const d = pairs.targets.columns
  const stage = progress.stage('training', trainingSteps, 'steps')
  const fitted = await fit(B, mlp([d, ...hidden, d], { activation }), pairs, {
    optimiser: adam({ rate: warmUp(Math.min(50, trainingSteps), cosineDecay(rate, trainingSteps)) }),
    steps: trainingSteps,
    batch: Math.min(batch, Math.floor(labels * 0.9)),
    key: keysOf(seed).training,
    validationFraction: 0.1,
    validateEvery: Math.max(1, Math.round(trainingSteps / 40)),
    columns: columns.maps,
    signal,
    onProgress: ({ step, last }) => stage.update(step, last && `loss ${last.trainLoss.toPrecision(3)}`),
  })
  stage.done(`best validation loss ${fitted.training.bestValidationLoss?.toPrecision(4)} at step ${fitted.training.bestStep}`)
  return fitted
}

/** Stage 3: samples, one forward pass each. */
export const drawSamples = async <N>(
  { backend: B, settings, progress, signal }: StageContext<N>,
  model: FittedGenerator<N>,
  count: number,
): Promise<{ samples: HostMatrix; seconds: number }> => {
  const stage = progress.stage('samples', count, 'rows')
  const began = performance.now()
  const samples = await generate(B, model, {
    count,
    key: keysOf(settings.seed).samples,
    signal,
    onProgress: ({ done }) => stage.update(done),
  })
  const seconds = (performance.now() - began) / 1000
  stage.done()
  return { samples, seconds }
}
