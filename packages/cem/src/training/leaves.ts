import type { Backend, Tensor } from '@tweedie/core'
import type { LinearParameters, Parameters } from '@tweedie/nn'

/** The tensors of a network with their names: "0.weight", "0.bias", "1.weight", … */
export const leavesOf = <N>(parameters: Parameters<N>): readonly (readonly [name: string, tensor: Tensor<N>])[] =>
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

export const freeLeaves = <N>(B: Backend<N>, ...trees: readonly Parameters<N>[]): void => {
  for (const tree of trees) for (const [, tensor] of leavesOf(tree)) B.free(tensor)
}
