import { type Backend, type Key, tweedieError } from '@tweedie/core'
import type { Network, Parameters } from '../layers/mlp.js'
import type { Optimiser, OptimiserState } from './optimiser.js'
import { restoredParameters, storedParameters } from './stored.js'
import type { Losses, TrainingState } from './training-state.js'

/** What a training holds between two steps. */
export interface Held<N> {
  readonly state: OptimiserState<Parameters<N>>
  /** The best parameters so far, where anything was validated; they may be those of the state. */
  readonly best: Parameters<N> | undefined
  /** The losses of the steps since the last look. */
  readonly losses: readonly number[]
}

const WHERE = 'train, resume'

/** The numbers of a training at a step, all or none. Rejects with `NotFinite` when one of them is NaN or infinite. */
export const snapshot = async <N>(
  B: Backend<N>,
  step: number,
  { state, best, losses }: Held<N>,
  history: readonly Losses[],
): Promise<TrainingState> => {
  const stored = await storedParameters(
    B,
    ['parameters', state.parameters],
    ...state.memory.map((tree, k) => [`memory.${k}`, tree] as const),
    ...(best === undefined || best === state.parameters ? [] : [['best', best] as const]),
  )
  const tensors = [...stored, { name: 'losses', shape: [losses.length], data: Float64Array.from(losses) }]
  const bad = badNumber(tensors)
  if (bad !== undefined)
    throw tweedieError(
      'NotFinite',
      `train, checkpoint of step ${step}`,
      bad,
      'Lower the rate of the optimiser, or warm it up (warmUp); the checkpoint before this one is sound',
    )
  return { step, tensors, history: [...history] }
}

/** The look with the least validation loss, the first of equals. */
export const bestLook = (history: readonly Losses[]): { readonly step: number; readonly loss: number } | undefined =>
  history.reduce<{ readonly step: number; readonly loss: number } | undefined>(
    (best, { step, validationLoss: loss }) => (loss !== undefined && (best === undefined || loss < best.loss) ? { step, loss } : best),
    undefined,
  )

/** The tensors of a snapshot, on any backend. Throws `InvalidModel` when they are not of this network and optimiser. */
export const restore = <N>(
  B: Backend<N>,
  { network, optimiser, key }: { readonly network: Network; readonly optimiser: Optimiser; readonly key: Key },
  { step, tensors, history }: TrainingState,
): Held<N> =>
  B.scope(() => {
    const like = network.initialise(B, key)
    const tree = (name: string): Parameters<N> => restoredParameters(B, WHERE, name, like, tensors)
    const state = { parameters: tree('parameters'), memory: optimiser.init(B, like).memory.map((_, k) => tree(`memory.${k}`)) }
    const best = bestLook(history)
    return {
      state,
      best: best && (best.step === step ? state.parameters : tree('best')),
      losses: [...(tensors.find(({ name }) => name === 'losses')?.data ?? [])],
    }
  })

/** Refuses a state that no run of these options can have made. Throws `InvalidArgument` for its step and `InvalidModel` for what is in it. */
export const requireState = ({ step, tensors, history }: TrainingState, steps: number, validated: boolean): void => {
  if (!(Number.isSafeInteger(step) && step >= 0 && step <= steps))
    throw tweedieError('InvalidArgument', WHERE, `a state after step ${step} of ${steps}`, 'Go on with a state of this run')
  const refuse = (what: string) =>
    tweedieError('InvalidModel', WHERE, what, 'Go on with the options that the checkpoint was made with, or remove it')
  const bad = badNumber(tensors)
  if (bad !== undefined) throw refuse(bad)
  const inOrder = history.every((look, k) => look.step > (history[k - 1]?.step ?? 0) && look.step <= step)
  const losses = tensors.find(({ name }) => name === 'losses')?.data.length
  if (!inOrder || losses !== step - (history.at(-1)?.step ?? 0))
    throw refuse(`${losses ?? 'no'} losses since the last look of a history that does not lead to step ${step}`)
  if (history.some(({ validationLoss }) => (validationLoss !== undefined) !== validated))
    throw refuse(`a history ${validated ? 'without' : 'with'} validation losses for a training ${validated ? 'with' : 'without'} them`)
}

const badNumber = (tensors: TrainingState['tensors']): string | undefined => {
  for (const { name, data } of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) return `number ${at} of ${name} is ${data[at]}`
  }
  return undefined
}
