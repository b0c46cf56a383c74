import { type Backend, type ForwardProcess, fold, type HostMatrix, type Key, key, type TimeGrid, vanishingLinear } from '@tweedie/core'
import {
  bestSettings,
  choose,
  complete,
  type FittedColumns,
  type FittedGenerator,
  fit,
  fitColumns,
  fitPaper,
  fitSpread,
  generate,
  type LabelFlow,
  type LabelledPairs,
  type LearnCheckpoint,
  type LearnCheckpointOptions,
  labelledPairs,
  paperLabels,
  paperSettings,
  spreadLabels,
  type Tried,
  withUnitVariance,
} from '@tweedie/density'
import { adam, type Checkpoint, cosineDecay, mlp, warmUp } from '@tweedie/nn'
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
    choice: purpose(9),
    calibration: purpose(10),
  } as const
}

/** What a stage needs from the outside. */
export interface StageContext<N> {
  readonly backend: Backend<N>
  readonly settings: CompleteSettings
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Where another backend went before, and what this one keeps for the next; there where there may be one. */
  readonly checkpoint?: Checkpoint<LearnCheckpoint>
}

/** Pairs that share one mini-batch (the authors' code: 5,000). */
const MINI_BATCH_GROUP = 2_500

/** The process and grid of a run. */
export const processOf = ({ floor, grid, steps }: CompleteSettings): { readonly process: ForwardProcess; readonly grid: TimeGrid } => {
  const process = vanishingLinear({ floor })
  return { process, grid: grids[grid](process, steps) }
}

/** The spread and the step of preset `best`, and what was tried to choose them. */
export interface Chosen {
  readonly spread: number
  readonly step: number | 'network'
  readonly tried: readonly Tried[]
}

/** Where a stage of a preset goes on from, and what takes how far it is. */
const presetCheckpoint = <N>({ checkpoint }: StageContext<N>): LearnCheckpointOptions =>
  checkpoint === undefined ? {} : { resume: checkpoint.last, onCheckpoint: checkpoint.keep }

/** The same of one part, for stages that are made here. */
const partCheckpoint = <N, Part extends keyof LearnCheckpoint>({ checkpoint }: StageContext<N>, part: Part) =>
  checkpoint === undefined
    ? {}
    : {
        resume: checkpoint.last?.[part],
        onCheckpoint: (state: NonNullable<LearnCheckpoint[Part]>) => checkpoint.keep({ ...checkpoint.last, [part]: state }),
      }

/** What the settings say to the parts of preset `best`. */
const bestOptions = <N>(context: StageContext<N>) => {
  const { settings, signal } = context
  const { floor, labels, steps: solverSteps, hidden, activation, trainingSteps: iterations, batch, rate, chunk } = settings
  const [solver, grid] = [solvers[settings.solver], grids[settings.grid]]
  const sizes = { floor, labels, solver, grid, solverSteps, hidden, activation, iterations, batch, rate, chunk }
  return { ...sizes, ...presetCheckpoint(context), signal }
}

/** Before stage 1 of preset `best`: the spread and the step, as given or chosen on validation rows. Undefined for the other presets. */
export const chooseForBest = async <N>(context: StageContext<N>, training: HostMatrix): Promise<Chosen | undefined> => {
  const { backend: B, settings, progress } = context
  const { preset, spread, step } = settings
  if (preset !== 'best') return undefined
  if (spread !== undefined || step !== undefined)
    return { spread: spread ?? bestSettings.spread, step: step ?? bestSettings.step, tried: [] }
  const stage = progress.stage('choice', 100, '% of the settings tried')
  const chosen = await choose(B, training, {
    ...bestOptions(context),
    key: keysOf(settings.seed).choice,
    onProgress: ({ done, total }) => stage.update(Math.floor((100 * done) / total)),
  })
  stage.done(`spread ${chosen.spread}, ${chosen.step === 'network' ? 'the network alone' : `step ${chosen.step}`}`)
  return chosen
}

/** Stage 1, paper A §3.2 steps 2 and 3: scores of the table, the training-free flow, and the labelled pairs it gives. */
export const makeLabels = async <N>(
  context: StageContext<N>,
  training: HostMatrix,
  chosen: Chosen | undefined,
): Promise<{ columns: FittedColumns; pairs: LabelledPairs }> => {
  const { backend: B, settings, progress, signal, checkpoint } = context
  const keys = keysOf(settings.seed)
  const columns = fitColumns(training, settings.scaling, keys.columns)
  const stage = progress.stage('labels', settings.labels, 'pairs', checkpoint?.last?.labels?.targets.rows)
  const onProgress = ({ done }: { readonly done: number }): void => stage.update(done)
  const make = (): Promise<LabelledPairs> => {
    if (chosen !== undefined)
      return spreadLabels(B, columns.scores, { ...bestOptions(context), spread: chosen.spread, key: keys.labels, onProgress })
    if (settings.preset === 'paper') {
      const { labels, steps, miniBatch: size = paperSettings.miniBatch } = settings
      return paperLabels(B, columns.scores, {
        labels,
        steps,
        miniBatch: size,
        key: keys.labels,
        signal,
        onProgress,
        ...presetCheckpoint(context),
      })
    }
    return plainLabels(context, columns.scores, onProgress)
  }
  const pairs = await make()
  stage.done()
  return { columns, pairs }
}

/** Labels of preset `plain`: the whole cloud, or a mini-batch for each group of labels. */
const plainLabels = async <N>(
  context: StageContext<N>,
  scores: HostMatrix,
  onProgress: (progress: { readonly done: number }) => void,
): Promise<LabelledPairs> => {
  const { backend: B, settings, signal } = context
  const keys = keysOf(settings.seed)
  const { process, grid } = processOf(settings)
  const whole = (): ReturnType<typeof probabilityFlow<N>> => probabilityFlow(B, process, pointCloud(B, scores)(process))
  const { miniBatch: size } = settings
  let drawn: MiniBatchField<N> | undefined
  const flow: LabelFlow<N> =
    size === undefined || size >= scores.rows
      ? whole()
      : {
          size: MINI_BATCH_GROUP,
          flow: (group) => {
            drawn = miniBatch(B, scores, { size, key: fold(keys.miniBatch, group) })(process)
            return probabilityFlow(B, process, drawn)
          },
          free: () => drawn?.free(),
        }
  const { labels: count, chunk } = settings
  const pairs = await labelledPairs(B, flow, {
    solver: solvers[settings.solver],
    grid,
    count,
    key: keys.labels,
    chunk,
    signal,
    ...partCheckpoint(context, 'labels'),
    onProgress,
  })
  return withUnitVariance(pairs, process, grid)
}

/** Stage 2: the supervised fit. */
export const trainGenerator = async <N>(
  context: StageContext<N>,
  pairs: LabelledPairs,
  columns: FittedColumns,
  chosen: Chosen | undefined,
): Promise<FittedGenerator<N>> => {
  const { backend: B, settings, progress, signal, checkpoint } = context
  const { trainingSteps, batch, rate, hidden, labels, preset, seed } = settings
  const keys = keysOf(seed)
  const stage = progress.stage('training', trainingSteps, 'steps', checkpoint?.last?.training?.step)
  const onProgress = ({ done }: { readonly done: number }): void => stage.update(done)
  const make = async (): Promise<FittedGenerator<N>> => {
    if (chosen !== undefined) {
      const fitted = await fitSpread(B, pairs, { ...bestOptions(context), key: keys.training, onProgress })
      return { ...fitted, ...(await complete(B, fitted, pairs, columns, { step: chosen.step, key: keys.calibration, signal })) }
    }
    if (preset === 'paper')
      return fitPaper(B, pairs, columns, {
        hidden,
        iterations: trainingSteps,
        batch: Math.min(batch, labels),
        rate,
        key: keys.training,
        signal,
        onProgress,
        ...presetCheckpoint(context),
      })
    return trainPlain(context, pairs, columns, (step, note) => stage.update(step, note))
  }
  const fitted = await make()
  const { bestValidationLoss, bestStep } = fitted.training
  stage.done(bestValidationLoss === undefined ? undefined : `best validation loss ${bestValidationLoss.toPrecision(4)} at step ${bestStep}`)
  return fitted
}

const trainPlain = <N>(
  context: StageContext<N>,
  pairs: LabelledPairs,
  columns: FittedColumns,
  onStep: (step: number, note: string | undefined) => void,
): Promise<FittedGenerator<N>> => {
  const { backend: B, settings, signal } = context
  const { trainingSteps, batch, rate, hidden, activation, labels, seed } = settings
  const d = pairs.targets.columns
  return fit(B, mlp([d, ...hidden, d], { activation }), pairs, {
    optimiser: adam({ rate: warmUp(Math.min(50, trainingSteps), cosineDecay(rate, trainingSteps)) }),
    steps: trainingSteps,
    batch: Math.min(batch, Math.floor(labels * 0.9)),
    key: keysOf(seed).training,
    validationFraction: 0.1,
    validateEvery: Math.max(1, Math.round(trainingSteps / 40)),
    columns: columns.maps,
    signal,
    ...partCheckpoint(context, 'training'),
    onProgress: ({ step, last }) => onStep(step, last && `loss ${last.trainLoss.toPrecision(3)}`),
  })
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
