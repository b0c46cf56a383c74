import type { Backend } from '@tweedie/core'
import { mlp } from '@tweedie/nn'
import type { Generator } from '../generator.js'

/** The network x ↦ A x + b, `weight` being Aᵀ as the layer has it. */
export const linearGenerator = <N>(B: Backend<N>, weight: readonly number[], bias: readonly number[]): Generator<N> => ({
  network: mlp([2, 2]),
  parameters: [{ weight: B.tensor([...weight], [2, 2]), bias: B.tensor([...bias], [2]) }],
})
