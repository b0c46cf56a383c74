import { type Backend, type Scalar, type Tensor, tweedieError } from '@tweedie/core'
import type { OptimiserState, Parameters } from '@tweedie/nn'
import { leavesOf, mapLeaves } from './leaves.js'
import type { LossRecord, TrainingState, TrainModelOptions } from './model.js'

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
  const stored = await Promise.all(trees(held).map(([name, tree]) => storedParameters(B, name, tree)))
  const tensors = [...stored.flat(), { name: 'lossSum', shape: [], data: await B.read(held.lossSum) }]
  return { step, tensors, history: [...history] }
}

/** A tensor of a snapshot, of the shape of another. Throws `InvalidModel` when there is none. */
const tensorOf =
  <N>(B: Backend<N>, { tensors }: Pick<TrainingState, 'tensors'>) =>
  (name: string, like: Tensor<N>): Tensor<N> => {
    const found = tensors.find((tensor) => tensor.name === name)
    const shape = B.shape(like)
    if (found === undefined || found.shape.join() !== shape.join())
      throw tweedieError(
        'InvalidModel',
        'trainModel, resume',
        found === undefined ? `no tensor ${name}` : `${name} of shape [${found.shape.join(', ')}] where [${shape.join(', ')}] is needed`,
        'Go on with the options that the checkpoint was made with, or remove it',
      )
    return B.tensor(found.data, shape)
  }

/** The parameters of a network as numbers. */
export const storedParameters = async <N>(B: Backend<N>, name: string, parameters: Parameters<N>): Promise<TrainingState['tensors']> =>
  Promise.all(
    leavesOf(parameters).map(async ([leaf, tensor]) => ({ name: `${name}.${leaf}`, shape: B.shape(tensor), data: await B.read(tensor) })),
  )

/** The parameters from `storedParameters`, of the form of a network. Throws `InvalidModel` when they are not of this network. */
export const restoredParameters = <N>(
  B: Backend<N>,
  name: string,
  { network, key }: Pick<TrainModelOptions, 'network' | 'key'>,
  state: Pick<TrainingState, 'tensors'>,
): Parameters<N> => B.scope(() => mapLeaves(network.initialise(B, key), (like, leaf) => tensorOf(B, state)(`${name}.${leaf}`, like)))

/** The tensors of a snapshot of a run with the same options. Throws `InvalidModel` when they are not of this network. */
export const restore = <N>(B: Backend<N>, options: TrainModelOptions, state: TrainingState): Held<N> =>
  B.scope(() => {
    const tree = (name: string): Parameters<N> => restoredParameters(B, name, options, state)
    const { memory } = options.optimiser.init(B, options.network.initialise(B, options.key))
    return {
      state: { parameters: tree('parameters'), memory: memory.map((_, k) => tree(`memory.${k}`)) },
      ...(options.averaging !== undefined && { average: tree('average') }),
      lossSum: tensorOf(B, state)('lossSum', B.full([], 0)) as Scalar<N>,
    }
  })
