import type { Backend, Tensor } from '@tweedie/core'
import type { LinearParameters } from '../layers/linear.js'
import type { Parameters } from '../layers/mlp.js'

/** The tensors of a network with their names: "0.weight", "0.bias", "1.weight", … */
export const namedLeaves = <N>(parameters: Parameters<N>): readonly (readonly [name: string, tensor: Tensor<N>])[] =>
  parameters.flatMap(({ weight, bias }, layer) => [
    [`${layer}.weight`, weight as Tensor<N>] as const,
    [`${layer}.bias`, bias as Tensor<N>] as const,
  ])

/** Parameters from those of the same form, leaf by leaf. */
export const mapLeaves = <N>(parameters: Parameters<N>, f: (tensor: Tensor<N>, name: string) => Tensor<N>): Parameters<N> =>
  parameters.map(
    ({ weight, bias }, layer) =>
      ({ weight: f(weight as Tensor<N>, `${layer}.weight`), bias: f(bias as Tensor<N>, `${layer}.bias`) }) as LinearParameters<N>,
  )

/** Frees the tensors of networks. */
export const freeLeaves = <N>(B: Backend<N>, ...trees: readonly Parameters<N>[]): void => {
  for (const tree of trees) for (const [, tensor] of namedLeaves(tree)) B.free(tensor)
}
