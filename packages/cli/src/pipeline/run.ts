import { type Backend, choiceWithoutReplacement, type HostMatrix, takeRows } from '@tweedie/core'
import { encodeGenerator, type LearnCheckpoint } from '@tweedie/density'
import { evaluateSamples, type SampleDistances, type SampleEvaluation, sampleDistances } from '@tweedie/metrics'
import type { Progress } from '../files/index.js'
import type { HistoryPoint, StageTimings, Trajectories } from '../report/index.js'
import { type Place, withSpareBackend } from '../settings/backends.js'
import { type CompleteSettings, type FitSettings, floorFor, hiddenOf, wholeCloudRows } from '../settings/settings.js'
import { requireMiniBatch } from './mini-batch.js'
import { halves, type Split } from './split.js'
import { type Chosen, chooseForBest, drawSamples, keysOf, makeLabels, trainGenerator } from './stages.js'
import { traceTrajectories } from './trajectories.js'

/** What a fit gives, before anything is written. */
export interface FitOutcome {
  /** The settings in full: with the mini-batch and the number of samples that were chosen. */
  readonly settings: CompleteSettings
  readonly training: HostMatrix
  readonly heldOut: HostMatrix
  /** As the network gave them, model columns in the units of the table. */
  readonly drawn: HostMatrix
  /** The same where each is what the table can hold: what the measures see. */
  readonly samples: HostMatrix
  /** Of preset `best`: the spread and the step, as given or as chosen, and what was tried. */
  readonly chosen?: Chosen
  /** The bytes of model.safetensors. */
  readonly weights: Uint8Array
  /** The training rows in scores: what cloud.safetensors holds. */
  readonly cloud: HostMatrix
  readonly history: readonly HistoryPoint[]
  readonly bestStep: number
  readonly timings: StageTimings
  readonly evaluation: SampleEvaluation
  /** One half of the real rows against the other. */
  readonly halves: SampleDistances
  readonly trajectories: Trajectories
  /** What is to be said of the machine that computed: the GPU, and its loss. */
  readonly notices: readonly string[]
}

/** The settings with what depends on the table filled in. Throws `InvalidArgument` for a mini-batch larger than the training rows. */
export const completeSettings = (settings: FitSettings, table: HostMatrix, trainingRows: number): CompleteSettings => {
  // The paper's mini-batches are drawn with replacement.
  if (settings.preset !== 'paper') requireMiniBatch(settings.miniBatch, trainingRows)
  const miniBatch = settings.miniBatch ?? (settings.preset === 'plain' && trainingRows > wholeCloudRows ? wholeCloudRows : undefined)
  return {
    ...settings,
    hidden: hiddenOf(settings, table.columns),
    floor: settings.floor ?? floorFor(trainingRows, table.columns),
    samples: settings.samples ?? table.rows,
    ...(miniBatch === undefined ? {} : { miniBatch }),
  }
}

/** The main job on the backend that the settings name. `settle` takes generated rows to what the table can hold. */
export const runFit = (
  table: HostMatrix,
  split: Split,
  names: readonly string[],
  settings: CompleteSettings,
  progress: Progress,
  signal: AbortSignal,
  settle: (rows: HostMatrix) => HostMatrix = (rows) => rows,
): Promise<FitOutcome> =>
  withSpareBackend<FitOutcome, LearnCheckpoint>(settings, progress.note, (B, place) =>
    fitOn(B, place, table, split, names, settings, progress, signal, settle),
  )

/** The main job: table → scores → reverse ODE → labelled pairs → network → samples → metrics. */
const fitOn = async <N>(
  backend: Backend<N>,
  { checkpoint, notices }: Place<LearnCheckpoint>,
  table: HostMatrix,
  { training, heldOut }: Split,
  names: readonly string[],
  settings: CompleteSettings,
  progress: Progress,
  signal: AbortSignal,
  settle: (rows: HostMatrix) => HostMatrix,
): Promise<FitOutcome> => {
  const keys = keysOf(settings.seed)
  const context = { backend, settings, progress, signal, ...(checkpoint && { checkpoint }) }

  const chosen = await chooseForBest(context, training)
  const { columns, pairs } = await makeLabels(context, training, chosen)
  const model = await trainGenerator(context, pairs, columns, chosen)
  const { samples: drawn, seconds } = await drawSamples(context, model, settings.samples)
  const samples = settle(drawn)
  const weights = await encodeGenerator(backend, model)

  const stage = progress.stage('metrics', 2, 'comparisons')
  const evaluation = evaluateSamples(heldOut, training, samples, { key: keys.metrics })
  stage.update(1)
  const [one, other] = halves(table, keys.halves)
  const between = sampleDistances(one, other, { key: keys.metrics })
  stage.update(2)
  stage.done()

  const shown = takeRows(columns.scores, choiceWithoutReplacement(keys.trajectories, training.rows, Math.min(1_000, training.rows)))
  const trajectories = await traceTrajectories(backend, settings, shown, names)
  return {
    settings,
    training,
    heldOut,
    drawn,
    samples,
    ...(chosen && { chosen }),
    weights,
    cloud: columns.scores,
    history: model.training.history,
    bestStep: model.training.bestStep,
    timings: {
      labels: { seconds: pairs.statistics.seconds, count: settings.labels, of: 'labelled pairs' },
      training: { seconds: model.training.seconds, count: model.training.steps, of: 'training steps' },
      sampling: { seconds, count: samples.rows, of: 'samples' },
    },
    evaluation,
    halves: between,
    trajectories,
    notices,
  }
}
