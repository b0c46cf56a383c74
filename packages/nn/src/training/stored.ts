import { type Backend, type Tensor, tweedieError } from '@tweedie/core'
import type { Parameters } from '../layers/mlp.js'
import { mapLeaves, namedLeaves } from './leaves.js'
import type { NamedNumbers } from './training-state.js'

/** Networks as numbers, under the name of each. All are read or none: a rejection comes when nothing is being read any more. */
export const storedParameters = async <N>(
  B: Backend<N>,
  ...trees: readonly (readonly [name: string, parameters: Parameters<N>])[]
): Promise<readonly NamedNumbers[]> => {
  const leaves = trees.flatMap(([name, parameters]) => namedLeaves(parameters).map(([leaf, x]) => [`${name}.${leaf}`, x] as const))
  const outcomes = await Promise.allSettled(leaves.map(async ([name, x]) => ({ name, shape: B.shape(x), data: await B.read(x) })))
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

/** One of the named tensors, of the shape of another. Throws `InvalidModel` when there is none. */
export const restoredTensor = <N>(
  B: Backend<N>,
  where: string,
  name: string,
  like: Tensor<N>,
  tensors: readonly NamedNumbers[],
): Tensor<N> => {
  const found = tensors.find((tensor) => tensor.name === name)
  const shape = B.shape(like)
  if (found === undefined || found.shape.join() !== shape.join())
    throw tweedieError(
      'InvalidModel',
      where,
      found === undefined ? `no tensor ${name}` : `${name} of shape [${found.shape.join(', ')}] where [${shape.join(', ')}] is needed`,
      'Go on with the options that the checkpoint was made with, or remove it',
    )
  return B.tensor(found.data, shape)
}

/** A network of `storedParameters`, of the form of another. Throws `InvalidModel` when it does not have that form. */
export const restoredParameters = <N>(
  B: Backend<N>,
  where: string,
  name: string,
  like: Parameters<N>,
  tensors: readonly NamedNumbers[],
): Parameters<N> => B.scope(() => mapLeaves(like, (x, leaf) => restoredTensor(B, where, `${name}.${leaf}`, x, tensors)))
