/** A multilayer perceptron as ONNX operators in float32. */

import type { Activation } from '@tweedie/core'
import type { Graph } from './graph.js'

/** A layer's numbers: weight [outputs, inputs], as PyTorch and `saveParameters` lay it out. */
export interface LayerNumbers {
  readonly inputs: number
  readonly outputs: number
  readonly weight: ArrayLike<number>
  readonly bias: ArrayLike<number>
  readonly activation: Activation
}

/** Adds the activation of x. GELU is the exact one, x·(1 + erf(x/√2))/2, of which opset 17 has no operator of its own. */
const activate = (graph: Graph, activation: Activation, x: string, output: string): string => {
  switch (activation) {
    case 'identity':
      return graph.node('Identity', [x], output)
    case 'tanh':
      return graph.node('Tanh', [x], output)
    case 'relu':
      return graph.node('Relu', [x], output)
    case 'silu':
      return graph.node('Mul', [x, graph.node('Sigmoid', [x], `${output}.sigmoid`)], output)
    case 'gelu': {
      const root = graph.constant(`${output}.rootTwo`, 'float', [], [Math.SQRT2])
      const one = graph.constant(`${output}.one`, 'float', [], [1])
      const half = graph.constant(`${output}.half`, 'float', [], [0.5])
      const erf = graph.node('Erf', [graph.node('Div', [x, root], `${output}.scaled`)], `${output}.erf`)
      const product = graph.node('Mul', [x, graph.node('Add', [erf, one], `${output}.sum`)], `${output}.product`)
      return graph.node('Mul', [product, half], output)
    }
  }
}

/** Adds the layers from `input` [N, first] to `output` [N, last]. Weights are named as in a PyTorch `nn.Sequential`. */
export const addNetwork = (graph: Graph, layers: readonly LayerNumbers[], input: string, output: string): void => {
  let x = input
  layers.forEach(({ inputs, outputs, weight, bias, activation }, index) => {
    const name = 2 * index
    const w = graph.constant(`${name}.weight`, 'float', [outputs, inputs], weight)
    const b = graph.constant(`${name}.bias`, 'float', [outputs], bias)
    const affine = graph.node('Gemm', [x, w, b], `${name}`, { transB: 1 })
    x = activate(graph, activation, affine, index === layers.length - 1 ? output : `${name + 1}`)
  })
}
