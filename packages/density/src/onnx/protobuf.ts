/** Protocol buffers by description: a message is an object, a description says which tag and type each of its members has. */

import { PbfReader, PbfWriter } from 'pbf'

/** The types of protobuf that ONNX uses. */
export type Scalar = 'int' | 'float' | 'double' | 'string' | 'bytes'

export interface FieldDescription {
  readonly tag: number
  readonly type: Scalar | (() => MessageDescription)
  /** Once, any number of times each with its tag, or all in one piece behind one tag. */
  readonly times?: 'repeated' | 'packed'
}

/** The members of a message, by name, in the order of their tags. */
export type MessageDescription = Readonly<Record<string, FieldDescription>>

/** A message as an object; what is absent is not written. */
export type Message = Readonly<Record<string, unknown>>

const writers: Readonly<Record<Scalar, (pbf: PbfWriter, tag: number, value: never) => void>> = {
  int: (pbf, tag, value) => pbf.writeVarintField(tag, value),
  float: (pbf, tag, value) => pbf.writeFloatField(tag, value),
  double: (pbf, tag, value) => pbf.writeDoubleField(tag, value),
  string: (pbf, tag, value) => pbf.writeStringField(tag, value),
  bytes: (pbf, tag, value) => pbf.writeBytesField(tag, value),
}

const writeMessage = (description: MessageDescription, message: Message, pbf: PbfWriter): void => {
  for (const [name, { tag, type, times }] of Object.entries(description)) {
    const value = message[name]
    if (value === undefined) continue
    if (times === 'packed') writePacked(pbf, tag, type as Scalar, value as number[])
    else
      for (const one of times === 'repeated' ? (value as readonly unknown[]) : [value])
        if (typeof type === 'string') writers[type](pbf, tag, one as never)
        else pbf.writeMessage(tag, (inner: Message, into) => writeMessage(type(), inner, into), one as Message)
  }
}

const writePacked = (pbf: PbfWriter, tag: number, type: Scalar, values: number[]): void => {
  if (type === 'int') pbf.writePackedVarint(tag, values)
  else if (type === 'float') pbf.writePackedFloat(tag, values)
  else pbf.writePackedDouble(tag, values)
}

/** The bytes of a message, members in the order of the description. Whole numbers up to 2^53 are written exactly. */
export const encodeMessage = (description: MessageDescription, message: Message): Uint8Array => {
  const pbf = new PbfWriter()
  writeMessage(description, message, pbf)
  return pbf.finish()
}

const readOne = (type: FieldDescription['type'], pbf: PbfReader): unknown => {
  if (typeof type !== 'string') return readMessage(type(), pbf, pbf.readVarint() + pbf.pos)
  switch (type) {
    case 'int':
      return pbf.readVarint(true)
    case 'float':
      return pbf.readFloat()
    case 'double':
      return pbf.readDouble()
    case 'string':
      return pbf.readString()
    case 'bytes':
      return pbf.readBytes()
  }
}

/** A packed list, or one number of it that a writer did not pack. pbf looks at the wire type, which it has just read. */
const readPacked = (type: Scalar, pbf: PbfReader): number[] => {
  if (type === 'int') return pbf.readPackedVarint([], true)
  return type === 'float' ? pbf.readPackedFloat() : pbf.readPackedDouble()
}

const readMessage = (description: MessageDescription, pbf: PbfReader, end?: number): Message => {
  const byTag = new Map(Object.entries(description).map(([name, field]) => [field.tag, { name, ...field }]))
  const message: Record<string, unknown> = {}
  pbf.readFields(
    (tag) => {
      const field = byTag.get(tag)
      if (field === undefined) throw new Error(`the message has a member of tag ${tag} that its description does not know`)
      const { name, type, times } = field
      const before = (message[name] ?? []) as readonly unknown[]
      if (times === 'packed') message[name] = [...before, ...readPacked(type as Scalar, pbf)]
      else message[name] = times === 'repeated' ? [...before, readOne(type, pbf)] : readOne(type, pbf)
    },
    message,
    end,
  )
  return message
}

/** A message from its bytes. Throws an `Error` for a member that the description does not know. */
export const decodeMessage = (description: MessageDescription, bytes: Uint8Array): Message => readMessage(description, new PbfReader(bytes))
