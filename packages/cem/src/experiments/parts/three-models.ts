import type { Backend } from '@tweedie/core'
import type { Objective } from '../../objective/objective.js'
import { cem, ddpm, sgm } from '../../objective/objectives.js'
import type { Support } from '../../support/support.js'
import { logUniformTimes } from '../../times/log-uniform-times.js'
import type { TimeLaw } from '../../times/time-law.js'
import { uniformGridTimes } from '../../times/uniform-grid-times.js'
import type { ExperimentContext } from '../experiment.js'
import type { Role } from '../result.js'
import { type Trained, type TwoDimensionalSettings, twoDimensionalRecipe, withTrained } from './two-dimensional.js'

/** One value for each of the three models. */
export interface OfModels<A> {
  readonly cem: A
  readonly ddpm: A
  readonly sgm: A
}

/** One value for each model and way to draw the training times. */
export interface OfTimes<A> {
  /** T k/199, k ≥ 1: nothing below 0.05. */
  readonly paper: OfModels<A>
  /** The control: log-uniform down to the ε that the sampler goes to. */
  readonly control: OfModels<A>
}

export type ModelId = keyof OfModels<unknown> & Role
export type TimesId = keyof OfTimes<unknown>

export const modelIds: readonly ModelId[] = ['cem', 'ddpm', 'sgm']
export const timesIds: readonly TimesId[] = ['paper', 'control']

/** The three models that paper B compares: denoiser, noise and score, each with its published weight. */
const objectives: OfModels<Objective> = { cem, ddpm, sgm }
export const modelNames: OfModels<string> = { cem: 'CEM', ddpm: 'DDPM', sgm: 'SGM' }

export const timesNames = { paper: "the paper's training times", control: 'log-uniform training times' } as const

/** How a measure names a model: 'CEM', and 'CEM, log-uniform training times' for the control. */
export const variantName = (times: TimesId, model: ModelId): string =>
  times === 'paper' ? modelNames[model] : `${modelNames[model]}, ${timesNames[times]}`

/** How a panel is called: 'CEM', and 'CEM, log-uniform times' for the control. */
export const panelTitle = (times: TimesId, what: string): string => (times === 'paper' ? what : `${what}, log-uniform times`)

export const trainingTimes = (times: TimesId, { gridPoints, epsilon }: TwoDimensionalSettings): TimeLaw =>
  times === 'paper' ? uniformGridTimes(gridPoints) : logUniformTimes({ epsilon })

/** The three models of a seed with both kinds of training times, one after another: what `observe` makes of each. */
export const ofThreeModels = async <N, A>(
  B: Backend<N>,
  settings: TwoDimensionalSettings,
  support: Support,
  seed: number,
  context: ExperimentContext,
  observe: (trained: Trained<N>) => Promise<A>,
): Promise<OfTimes<A>> => {
  const under = async (times: TimesId): Promise<OfModels<A>> => {
    const one = (model: ModelId): Promise<A> => {
      const training = { objective: objectives[model], times: trainingTimes(times, settings) }
      return withTrained(B, twoDimensionalRecipe(settings, support, training, seed), context, observe)
    }
    return { cem: await one('cem'), ddpm: await one('ddpm'), sgm: await one('sgm') }
  }
  return { paper: await under('paper'), control: await under('control') }
}
