import type { Backend, HostMatrix } from '@tweedie/core'
import { intrinsicDimension, type PosteriorVariance, posteriorVariance } from '../../diagnostics/posterior-variance.js'
import { momentsOf } from '../../network/data-moments.js'
import { cem } from '../../objective/objectives.js'
import { curveIn } from '../../support/curve-in.js'
import { spiral } from '../../support/spiral.js'
import type { Support } from '../../support/support.js'
import { surface } from '../../support/surface.js'
import { uniformGridTimes } from '../../times/uniform-grid-times.js'
import { denoiserOf } from '../../training/denoiser-of.js'
import type { ExperimentContext } from '../experiment.js'
import { type AlongSupport, alongSupport } from '../parts/along-support.js'
import type { SeedKeys } from '../parts/seeds.js'
import {
  samplesOf,
  samplingGrid,
  type Trained,
  type TwoDimensionalSettings,
  twoDimensionalRecipe,
  withTrained,
} from '../parts/two-dimensional.js'
import { beyondRecipe, beyondSamples, type RecipeSettings, trainingCost } from './recipe.js'

export interface BeyondSettings {
  /** The paper's model and sampler of the spiral, to compare with: the model of `curve`. */
  readonly paper: TwoDimensionalSettings
  readonly recipe: RecipeSettings
  /** σ/(α s) of the times whose posterior variance tells the dimension. */
  readonly dimensionNoise: readonly number[]
}

/** What one model gave. */
export interface BeyondOutcome {
  readonly along: AlongSupport
  readonly cost: number
  readonly samples: HostMatrix
}

export interface OnSupport extends BeyondOutcome {
  readonly support: Support
  readonly variances: readonly PosteriorVariance[]
  /** c of eq. (65) where it is least: the loss of a network is that of the exact denoiser plus its squared error. */
  readonly dimension: number
}

export interface BeyondRun {
  readonly paper: BeyondOutcome
  /** Of the recipe: spiral, surface in R³, curve in R¹⁶. */
  readonly ours: readonly [spiral: OnSupport, surface: OnSupport, curve: OnSupport]
}

export const runBeyond = async <N>(
  B: Backend<N>,
  settings: BeyondSettings,
  seed: number,
  keys: SeedKeys,
  context: ExperimentContext,
): Promise<BeyondRun> => {
  const on = (support: Support): Promise<OnSupport> => {
    const recipe = beyondRecipe(settings.recipe, support, seed)
    const { deviation } = momentsOf(recipe.data)
    return withTrained(B, recipe, context, async (trained) => {
      const samples = await beyondSamples(B, settings.recipe, trained, recipe.data, deviation, keys, context)
      const variances = await variancesOf(B, settings, support, deviation, trained, keys, context)
      const dimension = Math.min(...intrinsicDimension(variances).perTime.map(({ mean }) => mean))
      return { support, samples, variances, dimension, along: alongSupport(support, samples), cost: trainingCost(recipe) }
    })
  }
  return {
    paper: await ofPaper(B, settings.paper, seed, keys, context),
    ours: [await on(spiral()), await on(surface()), await on(curveIn(16))],
  }
}

const ofPaper = <N>(
  B: Backend<N>,
  settings: TwoDimensionalSettings,
  seed: number,
  keys: SeedKeys,
  context: ExperimentContext,
): Promise<BeyondOutcome> => {
  const support = spiral()
  const recipe = twoDimensionalRecipe(settings, support, { objective: cem, times: uniformGridTimes(settings.gridPoints) }, seed)
  return withTrained(B, recipe, context, async (trained) => {
    const samples = await samplesOf(B, settings, trained, samplingGrid(settings), keys, context)
    return { samples, along: alongSupport(support, samples), cost: trainingCost(recipe) }
  })
}

const variancesOf = <N>(
  B: Backend<N>,
  { recipe, dimensionNoise }: BeyondSettings,
  support: Support,
  deviation: number,
  trained: Trained<N>,
  keys: SeedKeys,
  { signal }: ExperimentContext,
): Promise<readonly PosteriorVariance[]> => {
  const { process } = trained
  const times = dimensionNoise.map((noise) => process.timeOfLogSnr(-2 * Math.log(noise * deviation)))
  const field = denoiserOf(B, trained, trained.parameters)
  return posteriorVariance(B, { field, support, process, key: keys.measuring, times, count: recipe.samples, ...(signal && { signal }) })
}
