/** The parts of an ONNX graph: tensors, nodes, inputs and outputs. */

import type { Message } from './protobuf.js'

/** TensorProto.DataType. */
export const dataType = { float: 1, int64: 7, bool: 9, double: 11 } as const

/** What is collected while a graph is written. Names of values are unique in a graph. */
export interface Graph {
  readonly nodes: Message[]
  readonly tensors: Message[]
  /** Adds a node of one output; gives the output's name. */
  readonly node: (opType: string, inputs: readonly string[], output: string, attributes?: Readonly<Record<string, number>>) => string
  /** Adds a constant; gives its name. */
  readonly constant: (name: string, type: keyof typeof dataType, shape: readonly number[], numbers: ArrayLike<number>) => string
}

/** Numbers as ONNX stores them: little-endian, row-major. */
const rawData = (type: keyof typeof dataType, numbers: ArrayLike<number>): Uint8Array => {
  const width = { float: 4, int64: 8, bool: 1, double: 8 }[type]
  const bytes = new Uint8Array(numbers.length * width)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number
    if (type === 'float') view.setFloat32(4 * i, number, true)
    else if (type === 'double') view.setFloat64(8 * i, number, true)
    else if (type === 'int64') view.setBigInt64(8 * i, BigInt(number), true)
    else view.setUint8(i, number)
  }
  return bytes
}

export const emptyGraph = (): Graph => {
  const [nodes, tensors]: [Message[], Message[]] = [[], []]
  return {
    nodes,
    tensors,
    node: (opType, inputs, output, attributes = {}) => {
      // Every attribute in use here is a whole number (AttributeType INT, 2): an axis, a flag, a type.
      const attribute = Object.entries(attributes).map(([name, i]) => ({ name, i, type: 2 }))
      nodes.push({ input: inputs, output: [output], name: output, opType, attribute })
      return output
    },
    constant: (name, type, shape, numbers) => {
      tensors.push({ dims: shape, dataType: dataType[type], name, rawData: rawData(type, numbers) })
      return name
    },
  }
}

/** An input or output of any number of rows, `N`. */
export const rowsOf = (name: string, type: keyof typeof dataType, columns: number, docString: string): Message => ({
  name,
  type: { tensorType: { elemType: dataType[type], shape: { dim: [{ dimParam: 'N' }, { dimValue: columns }] } } },
  docString,
})
