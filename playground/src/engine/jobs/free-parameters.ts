import type { Backend } from '@tweedie/core'
import type { Parameters } from '@tweedie/nn'

export const freeParameters = <N>(B: Backend<N>, parameters: Parameters<N>): void => {
  for (const { weight, bias } of parameters) {
    B.free(weight)
    B.free(bias)
  }
}
