/** Anchors as ONNX operators in float32 (`Anchors`): the noise moved towards the label's, and what the network missed there. */

import type { Anchors } from '../anchors/anchors.js'
import { dataType, type Graph } from './graph.js'
import type { Message } from './protobuf.js'

/** Adds √(1 − δ²) Y_j + δ ξ; gives its name. `noise` is ξ [N, d], `anchor` the numbers j [N]. */
export const addMovedNoise = (graph: Graph, { noise, step }: Anchors, input: string, anchor: string): string => {
  const stored = graph.constant('anchors.noise', 'float', [noise.rows, noise.columns], noise.data)
  const keep = graph.constant('anchors.keep', 'float', [], [Math.sqrt(1 - step ** 2)])
  const move = graph.constant('anchors.step', 'float', [], [step])
  const kept = graph.node('Mul', [graph.node('Gather', [stored, anchor], 'anchors.taken', { axis: 0 }), keep], 'anchors.kept')
  return graph.node('Add', [kept, graph.node('Mul', [input, move], 'anchors.moved')], 'anchors.noise.moved')
}

/** Adds F(Y) + (X_j − F(Y_j)) as `output`. */
export const addResiduals = (graph: Graph, { residuals }: Anchors, network: string, anchor: string, output: string): void => {
  const stored = graph.constant('anchors.residuals', 'float', [residuals.rows, residuals.columns], residuals.data)
  graph.node('Add', [network, graph.node('Gather', [stored, anchor], 'anchors.residuals.taken', { axis: 0 })], output)
}

/** The input of anchor numbers [N]. */
export const anchorInput = ({ noise }: Anchors): Message => ({
  name: 'anchor',
  type: { tensorType: { elemType: dataType.int64, shape: { dim: [{ dimParam: 'N' }] } } },
  docString: `whole numbers from 0 to ${noise.rows - 1}: a start for each row; one after the other spreads rows evenly`,
})
