import { type Backend, type ForwardProcess, type HostMatrix, ornsteinUhlenbeck, timeGrid, uniformLogSnr } from '@tweedie/core'
import { adam, cosineDecay } from '@tweedie/nn'
import { dpmSolverSde } from '@tweedie/ode-sde'
import { momentsOf } from '../../network/data-moments.js'
import { denoiserNet } from '../../network/denoiser-net.js'
import { cem } from '../../objective/objectives.js'
import type { Support } from '../../support/support.js'
import { logNormalNoiseTimes } from '../../times/log-normal-noise-times.js'
import { denoiserOf } from '../../training/denoiser-of.js'
import type { ExperimentContext } from '../experiment.js'
import type { ModelRecipe } from '../obtain-model.js'
import { drawStage } from '../parts/draw.js'
import { type SeedKeys, seedKeys } from '../parts/seeds.js'
import type { Trained } from '../parts/two-dimensional.js'

/** The recipe: what it changes of the paper's, with noise levels in units of the deviation of the data, so that it fits any. */
export interface RecipeSettings {
  readonly rows: number
  readonly batch: number
  readonly steps: number
  /** The first rate of Adam; it falls to 0 along half a cosine. */
  readonly rate: number
  /** The decay of the moving average of the parameters. */
  readonly averaging: number
  /** Widths of the hidden layers, silu. */
  readonly hidden: readonly number[]
  /**
   * In the plane, what the network sees has this deviation at small times, and 1 at large ones; in D dimensions √(2/D) of it, so that the first layer is given as
   * much.
   */
  readonly inputDeviation: number
  /** Training times: mean and deviation of ln(σ/(α s)), s the deviation of the data. */
  readonly logNoise: readonly [mean: number, deviation: number]
  /** Steps of the sampler, equal in log-SNR, before the last. */
  readonly samplerSteps: number
  /** σ/(α s) at which sampling begins: what is above is hardly ever trained on, and the data are not seen there. */
  readonly firstNoise: number
  /** σ/(α s) at which the last step is taken, onto the denoiser. */
  readonly lastNoise: number
  readonly horizon: number
  readonly samples: number
}

const processOf = ({ horizon }: RecipeSettings): ForwardProcess => ornsteinUhlenbeck({ end: horizon })

/** A model of the recipe: log-normal noise levels, log-SNR as the input of time, input and output preconditioned, the weight of CEM. */
export const beyondRecipe = (settings: RecipeSettings, support: Support, seed: number): ModelRecipe => {
  const { rows, batch, steps, rate, averaging, hidden, inputDeviation, logNoise } = settings
  const keys = seedKeys(seed)
  const process = processOf(settings)
  const data = support.sample(keys.data, rows)
  const moments = momentsOf(data)
  const seen = inputDeviation * Math.sqrt(2 / support.dimension)
  return {
    name: `${support.name}, beyond, seed ${seed}`,
    about: { data: support.name, rate, decay: 'cosine', inputDeviation: seen, seed },
    process,
    objective: cem,
    network: denoiserNet({
      dimension: support.dimension,
      hidden,
      activation: 'silu',
      process,
      time: 'logSnr',
      input: { mean: moments.mean, deviation: moments.deviation / seen },
      output: moments,
    }),
    data,
    times: logNormalNoiseTimes({ mean: Math.log(moments.deviation) + logNoise[0], deviation: logNoise[1] }),
    optimiser: adam({ rate: cosineDecay(rate, steps) }),
    steps,
    batch,
    averaging,
    key: keys.training(0),
  }
}

/** Samples by DPM-Solver++(2M) SDE to where little noise is left, and the denoiser there as the last step; `deviation` is that of the data. */
export const beyondSamples = <N>(
  B: Backend<N>,
  settings: RecipeSettings,
  trained: Trained<N>,
  { columns }: HostMatrix,
  deviation: number,
  keys: SeedKeys,
  context: ExperimentContext,
): Promise<HostMatrix> => {
  const { process, name, parameters } = trained
  const timeOf = (noise: number): number => process.timeOfLogSnr(-2 * Math.log(noise * deviation))
  const range = { start: timeOf(settings.firstNoise), stop: timeOf(settings.lastNoise) }
  const grid = timeGrid([...uniformLogSnr(process, settings.samplerSteps, range), process.timeRange[0]])
  const options = { process, grid, solver: dpmSolverSde, count: settings.samples, dimension: columns, key: keys.sampling }
  return drawStage(B, denoiserOf(B, trained, parameters), { stage: `sampling ${name}`, ...options }, context)
}

/** Multiplications and additions of a training: two per weight and row forward, twice as many backward. */
export const trainingCost = ({ network, steps, batch }: Pick<ModelRecipe, 'network' | 'steps' | 'batch'>): number =>
  network.mlp.sizes.slice(1).reduce((sum, outputs, k) => sum + 6 * outputs * (network.mlp.sizes[k] as number), 0) * steps * batch
