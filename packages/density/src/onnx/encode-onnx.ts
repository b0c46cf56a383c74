/** A generator as an ONNX model. */

import { type Backend, tweedieError } from '@tweedie/core'
import { decodeSafetensors, saveParameters } from '@tweedie/nn'
import { type Generator, outputColumns } from '../generator.js'
import { addMovedNoise, addResiduals, anchorInput } from './anchor-nodes.js'
import { addColumns } from './column-nodes.js'
import { emptyGraph, rowsOf } from './graph.js'
import { addNetwork, type LayerNumbers } from './network-nodes.js'
import { encodeMessage } from './protobuf.js'
import { modelProto } from './schema.js'

/** The operator set that a model asks for, and the version of the format that came with it (ONNX 1.12). */
export const onnxVersions = { opset: 17, ir: 8 } as const

export interface OnnxOptions {
  /** Names of the columns, stored as JSON in the metadata under `columns`. */
  readonly columnNames?: readonly string[] | undefined
  /** Further metadata, text by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/**
 * A generator as an ONNX model of opset 17, IR version 8, with operators of the default domain alone. Input `noise` [N, d] in float32,
 * standard normal, and of a generator with anchors `anchor` [N] in int64, which label each row starts from; output `scores` [N, columns] in float32, the network's units; and, when the generator carries column maps, output
 * `values` [N, columns] in float64, the rows in units of the table with repeated values exact, as `toValues` makes them of the scores
 * (onnxruntime gives the same bits, but for the sign of a zero).
 * Weights are rounded to float32.
 *
 * Rejects with `NotFinite` when a weight is not finite or too large for float32, and with `ShapeMismatch` when there is another number of names
 * than of columns.
 */
export const encodeOnnx = async <N>(
  B: Backend<N>,
  generator: Generator<N>,
  { columnNames, metadata = {} }: OnnxOptions = {},
): Promise<Uint8Array> => {
  const { network, parameters, anchors } = generator
  const columns = outputColumns(generator)
  const width = network.sizes[network.sizes.length - 1] as number
  if (columnNames !== undefined && columnNames.length !== width)
    throw tweedieError('ShapeMismatch', 'encodeOnnx', `${columnNames.length} names for ${width} columns`, 'Give one name for each column')
  const layers = await layerNumbers(B, { network, parameters })
  const graph = emptyGraph()
  if (anchors === undefined) addNetwork(graph, layers, 'noise', 'scores')
  else {
    addNetwork(graph, layers, addMovedNoise(graph, anchors, 'noise', 'anchor'), 'network')
    addResiduals(graph, anchors, 'network', 'anchor', 'scores')
  }
  if (columns !== undefined) addColumns(graph, columns, 'scores', 'values')
  const named = columnNames === undefined ? {} : { columns: JSON.stringify(columnNames) }
  return encodeMessage(modelProto, {
    irVersion: onnxVersions.ir,
    producerName: 'tweedie',
    docString: 'Rows of a table from standard normal noise, one forward pass a row',
    graph: {
      node: graph.nodes,
      name: 'generator',
      initializer: graph.tensors,
      input: [
        rowsOf('noise', 'float', network.sizes[0] as number, 'independent standard normal numbers'),
        ...(anchors === undefined ? [] : [anchorInput(anchors)]),
      ],
      output: [
        rowsOf('scores', 'float', width, 'what the network gives'),
        ...(columns === undefined ? [] : [rowsOf('values', 'double', width, 'rows in the units of the table')]),
      ],
    },
    opsetImport: [{ domain: '', version: onnxVersions.opset }],
    metadataProps: Object.entries({ ...named, ...metadata }).map(([key, value]) => ({ key, value })),
  })
}

/** The layers in the layout of `saveParameters`, which checks that every number is finite. */
const layerNumbers = async <N>(B: Backend<N>, { network, parameters }: Generator<N>): Promise<readonly LayerNumbers[]> => {
  const saved = decodeSafetensors(await saveParameters(B, parameters))
  if (saved._tag === 'Left') throw saved.left
  const { sizes, activation, outputActivation } = network
  return sizes.slice(1).map((outputs, index) => {
    const [weight, bias] = (['weight', 'bias'] as const).map((part) => {
      const numbers = Float32Array.from(saved.right.tensors.get(`${2 * index}.${part}`)?.data as Float64Array | Float32Array)
      if (!numbers.every(Number.isFinite))
        throw tweedieError('NotFinite', `encodeOnnx, layer ${index}`, `a ${part} is too large for float32`, 'Train again at a lower rate')
      return numbers
    }) as [Float32Array, Float32Array]
    const isLast = index === sizes.length - 2
    return { inputs: sizes[index] as number, outputs, weight, bias, activation: isLast ? outputActivation : activation }
  })
}
