import type { Backend, Scalar } from '@tweedie/core'
import { type OptimiserState, type Parameters, restoredParameters, restoredTensor, storedParameters } from '@tweedie/nn'
import type { LossRecord, TrainingState, TrainModelOptions } from './model.js'

const WHERE = 'trainModel, resume'

/** What a training holds between two steps. */
export interface Held<N> {
  readonly state: OptimiserState<Parameters<N>>
  readonly average?: Parameters<N>
  /** The sum of the losses since the last look, on the backend. */
  readonly lossSum: Scalar<N>
}

const trees = <N>({ state, average }: Held<N>): readonly (readonly [string, Parameters<N>])[] => [
  ['parameters', state.parameters],
  ...state.memory.map((tree, k) => [`memory.${k}`, tree] as const),
  ...(average ? ([['average', average]] as const) : []),
]

/** The numbers of a training at a step. */
export const snapshot = async <N>(B: Backend<N>, step: number, held: Held<N>, history: readonly LossRecord[]): Promise<TrainingState> => {
  const stored = await storedParameters(B, ...trees(held))
  const tensors = [...stored, { name: 'lossSum', shape: [], data: await B.read(held.lossSum) }]
  return { step, tensors, history: [...history] }
}

/** The parameters from `storedParameters`, of the form of a network. Throws `InvalidModel` when they are not of this network. */
export const parametersOf = <N>(
  B: Backend<N>,
  name: string,
  { network, key }: Pick<TrainModelOptions, 'network' | 'key'>,
  { tensors }: Pick<TrainingState, 'tensors'>,
): Parameters<N> => B.scope(() => restoredParameters(B, WHERE, name, network.initialise(B, key), tensors))

/** The tensors of a snapshot of a run with the same options. Throws `InvalidModel` when they are not of this network. */
export const restore = <N>(B: Backend<N>, options: TrainModelOptions, state: TrainingState): Held<N> =>
  B.scope(() => {
    const tree = (name: string): Parameters<N> => parametersOf(B, name, options, state)
    const { memory } = options.optimiser.init(B, options.network.initialise(B, options.key))
    return {
      state: { parameters: tree('parameters'), memory: memory.map((_, k) => tree(`memory.${k}`)) },
      ...(options.averaging !== undefined && { average: tree('average') }),
      lossSum: restoredTensor(B, WHERE, 'lossSum', B.full([], 0), state.tensors) as Scalar<N>,
    }
  })
