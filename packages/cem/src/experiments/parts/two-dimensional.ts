import { type Backend, exponential, type ForwardProcess, type HostMatrix, ornsteinUhlenbeck, type TimeGrid } from '@tweedie/core'
import { adam, freeLeaves, type Parameters } from '@tweedie/nn'
import { splitting } from '@tweedie/ode-sde'
import type { ModelNetwork } from '../../network/model-network.js'
import { rawNet } from '../../network/raw-net.js'
import type { Objective } from '../../objective/objective.js'
import type { Support } from '../../support/support.js'
import type { TimeLaw } from '../../times/time-law.js'
import { denoiserOf } from '../../training/denoiser-of.js'
import type { Model } from '../../training/model.js'
import type { ExperimentContext } from '../experiment.js'
import { type ModelRecipe, obtainModel } from '../obtain-model.js'
import { drawStage } from './draw.js'
import { type SeedKeys, seedKeys } from './seeds.js'

/** What the two-dimensional experiments of paper B share (its §4: 10⁶ samples, batches of 10⁴, Adam at 1e-3, 200 times of (41)). */
export interface TwoDimensionalSettings {
  /** Rows of the training data. */
  readonly rows: number
  readonly batch: number
  readonly steps: number
  /** The rate of Adam. */
  readonly rate: number
  /** Widths of the hidden tanh layers of the network on (x, t). */
  readonly hidden: readonly number[]
  /** T, where the Ornstein–Uhlenbeck process ends. */
  readonly horizon: number
  /** Points of the training times, T k/(gridPoints − 1), and steps of the sampling grid. */
  readonly gridPoints: number
  /** ε of the sampling grid (41) and of log-uniform training times. */
  readonly epsilon: number
  /** Generated samples. */
  readonly samples: number
}

/** The paper's, with T, network and steps as in its authors' published code. */
export const paperTwoDimensional: TwoDimensionalSettings = {
  rows: 1_000_000,
  batch: 10_000,
  steps: 20_000,
  rate: 1e-3,
  hidden: [32, 32, 32],
  horizon: 10,
  gridPoints: 200,
  epsilon: 1e-4,
  samples: 10_000,
}

/** A remark where models are trained on fewer batches, or smaller ones, than the paper's. */
export const lengthRemark = ({ steps, batch }: TwoDimensionalSettings): readonly string[] =>
  steps * batch >= paperTwoDimensional.steps * paperTwoDimensional.batch
    ? []
    : [
        `Models are trained for ${steps} steps of ${batch} rows, the paper's for ${paperTwoDimensional.steps} of ${paperTwoDimensional.batch}: ` +
          'numbers and verdicts are those of models that have learnt less, and differ between seeds accordingly.',
      ]

export const processOf = ({ horizon }: TwoDimensionalSettings): ForwardProcess => ornsteinUhlenbeck({ end: horizon })

/** Eq. (41): the last step goes from ε onto 0. */
export const samplingGrid = (settings: TwoDimensionalSettings): TimeGrid =>
  exponential(processOf(settings), settings.gridPoints, { epsilon: settings.epsilon })

const networkOf = ({ hidden }: TwoDimensionalSettings): ModelNetwork => rawNet({ dimension: 2, hidden, activation: 'tanh' })

/** What two trainings on the same data differ in. */
export interface Training {
  readonly objective: Objective
  readonly times: TimeLaw
}

/** One model of one seed. Recipes that are alike have the same name, so that experiments share the model through their store. */
export const twoDimensionalRecipe = (
  settings: TwoDimensionalSettings,
  support: Support,
  { objective, times }: Training,
  seed: number,
): ModelRecipe => {
  const { rows, batch, steps, rate } = settings
  const keys = seedKeys(seed)
  return {
    name: `${support.name}, ${objective.name}, times ${times.name}, seed ${seed}`,
    about: { data: support.name, rate, seed },
    process: processOf(settings),
    objective,
    network: networkOf(settings),
    data: support.sample(keys.data, rows),
    times,
    optimiser: adam({ rate }),
    steps,
    batch,
    key: keys.training(0),
  }
}

/** A trained model: what it is, and its numbers, which last as long as the function that is given them. */
export interface Trained<N> extends Model {
  readonly name: string
  readonly parameters: Parameters<N>
}

/** Trains a model, or finds it in the store, hands it to `use`, and frees it. */
export const withTrained = async <N, R>(
  B: Backend<N>,
  recipe: ModelRecipe,
  context: ExperimentContext,
  use: (trained: Trained<N>) => Promise<R>,
): Promise<R> => {
  const { parameters } = await obtainModel(B, recipe, context)
  try {
    const { name, process, objective, network } = recipe
    return await use({ name, process, objective, network, parameters })
  } finally {
    freeLeaves(B, parameters)
  }
}

/** Samples of a model by the splitting step (39), for which every model is read as a denoiser. */
export const samplesOf = <N>(
  B: Backend<N>,
  { samples }: TwoDimensionalSettings,
  trained: Trained<N>,
  grid: TimeGrid,
  keys: SeedKeys,
  context: ExperimentContext,
): Promise<HostMatrix> => {
  const { name, process, parameters } = trained
  const options = { stage: `sampling ${name}`, process, grid, solver: splitting('39'), count: samples, dimension: 2, key: keys.sampling }
  return drawStage(B, denoiserOf(B, trained, parameters), options, context)
}
