import type { Backend } from '@tweedie/core'
import { type Parameters, storedParameters } from '@tweedie/nn'
import * as E from 'fp-ts/lib/Either.js'
import { decodeTrainingState, encodeTrainingState } from '../training/encode-state.js'
import type { LossRecord, TrainModelOptions } from '../training/model.js'
import { parametersOf } from '../training/state.js'
import { trainModel } from '../training/train-model.js'
import type { ExperimentContext } from './experiment.js'

/** A model to be trained, or found in the store. */
export interface ModelRecipe extends Omit<TrainModelOptions, 'resume' | 'onCheckpoint' | 'signal' | 'onProgress'> {
  /** The stage of the progress and, in small letters, the file in the store: 'curve CEM seed 0'. */
  readonly name: string
  /** What the functions of the recipe do not say of themselves, as JSON: the data, the settings of the optimiser. */
  readonly about: Readonly<Record<string, unknown>>
}

export interface ObtainedModel<N> {
  /** They belong to the caller. */
  readonly parameters: Parameters<N>
  readonly history: readonly LossRecord[]
}

/**
 * The trained model of a recipe: from the store where it is finished there, otherwise trained, going on from a checkpoint in the store where
 * there is one. The result has the same bits in each case. A stored state of other settings is not used: the training begins anew.
 */
export const obtainModel = async <N>(B: Backend<N>, recipe: ModelRecipe, context: ExperimentContext): Promise<ObtainedModel<N>> => {
  const { name, steps } = recipe
  const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.safetensors`
  const about = describe(B, recipe)
  const report = (done: number): void => context.onProgress?.({ stage: `training ${name}`, done, total: steps })
  const stored = await context.store.load(file)
  const found = stored === undefined ? undefined : decodeTrainingState(stored, about)
  const resume = found !== undefined && E.isRight(found) ? found.right : undefined
  report(resume?.step ?? 0)
  if (resume?.step === steps) return { parameters: parametersOf(B, 'trained', recipe, resume), history: resume.history }
  const trained = await trainModel(B, {
    ...recipe,
    resume,
    signal: context.signal,
    onCheckpoint: (state) => context.store.save(file, encodeTrainingState(state, about)),
    onProgress: ({ step }) => report(step),
  })
  const tensors = await storedParameters(B, ['trained', trained.parameters])
  await context.store.save(file, encodeTrainingState({ step: steps, tensors, history: trained.history }, about))
  report(steps)
  return trained
}

/** Everything that decides the bits of a training, in words. */
const describe = <N>(B: Backend<N>, recipe: ModelRecipe): string => {
  const { process, objective, network, times, optimiser, steps, batch, key, averaging, lookEvery, data, about } = recipe
  return JSON.stringify({
    about,
    backend: `${B.name} ${B.dtype}`,
    process: [process.name, ...process.timeRange],
    objective: [objective.name, objective.target.name, objective.weight.name],
    network: network.name,
    times: times.name,
    optimiser: optimiser.name,
    steps,
    batch,
    key,
    averaging,
    lookEvery,
    data: [data.rows, data.columns],
  })
}
