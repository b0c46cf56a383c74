import { type Backend, choiceWithoutReplacement, type HostMatrix, takeRows } from '@tweedie/core'
import { encodeGenerator } from '@tweedie/density'
import { evaluateSamples, type SampleEvaluation } from '@tweedie/metrics'
import type { Progress } from '../files/index.js'
import type { HistoryPoint, StageTimings, Trajectories } from '../report/index.js'
import { withBackend } from '../settings/backends.js'
import { type CompleteSettings, type FitSettings, floorFor, wholeCloudRows } from '../settings/settings.js'
import { requireMiniBatch } from './mini-batch.js'
import { halves, type Split } from './split.js'
import { drawSamples, keysOf, makeLabels, trainGenerator } from './stages.js'
import { traceTrajectories } from './trajectories.js'

/** What a fit gives, before anything is written. */
export interface FitOutcome {
  /** The settings in full: with the mini-batch and the number of samples that were chosen. */
  readonly settings: CompleteSettings
  readonly training: HostMatrix
  readonly heldOut: HostMatrix
  readonly samples: HostMatrix
  /** The bytes of model.safetensors. */
  readonly weights: Uint8Array
  readonly history: readonly HistoryPoint[]
  readonly bestStep: number
  readonly timings: StageTimings
  readonly evaluation: SampleEvaluation
  /** One half of the real rows against the other. */
  readonly halves: SampleEvaluation['floor']
  readonly trajectories: Trajectories
}

/** The settings with what depends on the table filled in. Throws `InvalidArgument` for a mini-batch larger than the training rows. */
export const completeSettings = (settings: FitSettings, table: HostMatrix, trainingRows: number): CompleteSettings => {
  requireMiniBatch(settings.miniBatch, trainingRows)
  const miniBatch = settings.miniBatch ?? (trainingRows > wholeCloudRows ? wholeCloudRows : undefined)
  return {
    ...settings,
    floor: settings.floor ?? floorFor(trainingRows, table.columns),
    samples: settings.samples ?? table.rows,
    ...(miniBatch === undefined ? {} : { miniBatch }),
  }
}

/** The main job on the backend that the settings name. */
export const runFit = (
  table: HostMatrix,
  split: Split,
  names: readonly string[],
  settings: CompleteSettings,
  progress: Progress,
  signal: AbortSignal,
): Promise<FitOutcome> => withBackend(settings, (B) => fitOn(B, table, split, names, settings, progress, signal))

/** The main job: table → scores → reverse ODE → labelled pairs → network → samples → metrics. */
const fitOn = async <N>(
  backend: Backend<N>,
  table: HostMatrix,
  { training, heldOut }: Split,
  names: readonly string[],
  settings: CompleteSettings,
  progress: Progress,
  signal: AbortSignal,
): Promise<FitOutcome> => {
  const keys = keysOf(settings.seed)
  const context = { backend, settings, progress, signal }

  const { columns, pairs } = await makeLabels(context, training)
  const model = await trainGenerator(context, pairs, columns)
  const { samples, seconds } = await drawSamples(context, model, settings.samples)
  const weights = await encodeGenerator(backend, model)

  const stage = progress.stage('metrics', 2, 'comparisons')
  const evaluation = evaluateSamples(heldOut, training, samples, { key: keys.metrics })
  stage.update(1)
  const [one, other] = halves(table, keys.halves)
  const between = evaluateSamples(one, other, other, { key: keys.metrics }).floor
  stage.update(2)
  stage.done()

  const shown = takeRows(columns.scores, choiceWithoutReplacement(keys.trajectories, training.rows, Math.min(1_000, training.rows)))
  const trajectories = await traceTrajectories(backend, settings, shown, names)
  return {
    settings,
    training,
    heldOut,
    samples,
    weights,
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
  }
}
