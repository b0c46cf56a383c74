/** The messages of ONNX that models and tensors are made of (onnx/onnx.proto, IR version 8): names, tags and types. */

import type { FieldDescription, MessageDescription } from './protobuf.js'

const one = (tag: number, type: FieldDescription['type']): FieldDescription => ({ tag, type })
const many = (tag: number, type: FieldDescription['type']): FieldDescription => ({ tag, type, times: 'repeated' })
const packed = (tag: number, type: 'int' | 'float' | 'double'): FieldDescription => ({ tag, type, times: 'packed' })

const stringPair: MessageDescription = { key: one(1, 'string'), value: one(2, 'string') }
const pairs = (tag: number): FieldDescription => many(tag, () => stringPair)

const operatorSet: MessageDescription = { domain: one(1, 'string'), version: one(2, 'int') }

export const tensorProto: MessageDescription = {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  floatData: packed(4, 'float'),
  int32Data: packed(5, 'int'),
  stringData: many(6, 'bytes'),
  int64Data: packed(7, 'int'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: packed(10, 'double'),
  uint64Data: packed(11, 'int'),
  docString: one(12, 'string'),
}

const sparseTensor: MessageDescription = { values: one(1, () => tensorProto), indices: one(2, () => tensorProto), dims: many(3, 'int') }

const dimension: MessageDescription = { dimValue: one(1, 'int'), dimParam: one(2, 'string'), denotation: one(3, 'string') }
const tensorShape: MessageDescription = { dim: many(1, () => dimension) }
const tensorType: MessageDescription = { elemType: one(1, 'int'), shape: one(2, () => tensorShape) }
const holder: MessageDescription = { elemType: one(1, () => typeProto) }
const typeProto: MessageDescription = {
  tensorType: one(1, () => tensorType),
  sequenceType: one(4, () => holder),
  mapType: one(5, () => ({ keyType: one(1, 'int'), valueType: one(2, () => typeProto) })),
  denotation: one(6, 'string'),
  sparseTensorType: one(8, () => tensorType),
  optionalType: one(9, () => holder),
}

const valueInfo: MessageDescription = { name: one(1, 'string'), type: one(2, () => typeProto), docString: one(3, 'string') }

const attribute: MessageDescription = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int'),
  s: one(4, 'bytes'),
  t: one(5, () => tensorProto),
  g: one(6, () => graphProto),
  floats: many(7, 'float'),
  ints: many(8, 'int'),
  strings: many(9, 'bytes'),
  tensors: many(10, () => tensorProto),
  graphs: many(11, () => graphProto),
  docString: one(13, 'string'),
  tp: one(14, () => typeProto),
  typeProtos: many(15, () => typeProto),
  type: one(20, 'int'),
  refAttrName: one(21, 'string'),
  sparseTensor: one(22, () => sparseTensor),
  sparseTensors: many(23, () => sparseTensor),
}

const node: MessageDescription = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, () => attribute),
  docString: one(6, 'string'),
  domain: one(7, 'string'),
}

const graphProto: MessageDescription = {
  node: many(1, () => node),
  name: one(2, 'string'),
  initializer: many(5, () => tensorProto),
  docString: one(10, 'string'),
  input: many(11, () => valueInfo),
  output: many(12, () => valueInfo),
  valueInfo: many(13, () => valueInfo),
  sparseInitializer: many(15, () => sparseTensor),
}

const functionProto: MessageDescription = {
  name: one(1, 'string'),
  input: many(4, 'string'),
  output: many(5, 'string'),
  attribute: many(6, 'string'),
  node: many(7, () => node),
  docString: one(8, 'string'),
  opsetImport: many(9, () => operatorSet),
  domain: one(10, 'string'),
  attributeProto: many(11, () => attribute),
}

export const modelProto: MessageDescription = {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  domain: one(4, 'string'),
  modelVersion: one(5, 'int'),
  docString: one(6, 'string'),
  graph: one(7, () => graphProto),
  opsetImport: many(8, () => operatorSet),
  metadataProps: pairs(14),
  functions: many(25, () => functionProto),
}
