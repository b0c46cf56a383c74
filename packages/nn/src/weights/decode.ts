import { sizeOf, type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { codecOf, type Dtype, dtypeNames, type Elements } from './dtype.js'
import { type Json, JsonRefusal, parseStrictJson } from './strict-json.js'

/** One tensor of a file: its element type, its shape, and its elements in row-major order. */
export interface StoredTensor {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly data: Elements
}

/** A decoded file. Names may be anything, so they are keys of a map. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
}

/** The format's bound on the header, in bytes. */
export const LONGEST_HEADER = 100_000_000

const WHERE = 'safetensors'
const RESAVE = 'Fetch or save the file again'

const refuse = (what: string, where = WHERE, mend = RESAVE): never => {
  throw tweedieError('InvalidModel', where, what, mend)
}

interface Entry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/**
 * Decodes a safetensors file (format description: https://github.com/huggingface/safetensors#format): 8 bytes of header length,
 * little-endian; a JSON header that begins with `{` and may be padded with spaces; then the data. All that the format demands is
 * checked before an element is read: the header's length (at most 100 MB) and text, no name twice, known dtypes, byte counts that
 * match dtype and shape, and tensors that cover the data in one piece, without holes, overlaps or a remainder. Left: `InvalidModel`,
 * naming the tensor and offset. The elements are copies. NaN and infinities are allowed, as the format allows them.
 */
export const decodeSafetensors = (bytes: Uint8Array): E.Either<TweedieError<'InvalidModel'>, Safetensors> => {
  try {
    return E.right(decode(bytes))
  } catch (thrown) {
    if (thrown instanceof Error && '_tag' in thrown && thrown._tag === 'InvalidModel') return E.left(thrown as TweedieError<'InvalidModel'>)
    throw thrown
  }
}

const decode = (bytes: Uint8Array): Safetensors => {
  const header = readHeader(bytes)
  const start = 8 + header.length
  const room = bytes.length - start
  const { entries, metadata } = readEntries(header.text)
  requireCover(entries, room)
  const tensors = new Map<string, StoredTensor>()
  for (const { name, dtype, shape, begin, end } of entries) {
    const codec = codecOf(dtype) as NonNullable<ReturnType<typeof codecOf>>
    const data = codec.decode(new DataView(bytes.buffer, bytes.byteOffset + start + begin, end - begin), sizeOf(shape))
    if (dtype === 'BOOL' && (data as Uint8Array).some((byte) => byte > 1))
      refuse('a BOOL that is neither 0 nor 1', `${WHERE}, tensor "${name}"`)
    tensors.set(name, { dtype, shape, data })
  }
  return { tensors, metadata }
}

const readHeader = (bytes: Uint8Array): { readonly length: number; readonly text: string } => {
  if (bytes.length < 8)
    refuse(
      `the file has ${bytes.length} bytes, and the length of its header alone takes 8`,
      WHERE,
      'It is truncated or of another format; fetch or save it again',
    )
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (length > LONGEST_HEADER)
    refuse(`a header of ${length} bytes, above the format's bound of ${LONGEST_HEADER}`, WHERE, 'The file is probably of another format')
  if (length > bytes.length - 8)
    refuse(`a header of ${length} bytes in a file of ${bytes.length}`, WHERE, 'The file is truncated; fetch or save it again')
  if (bytes[8] !== 0x7b || length === 0)
    refuse('the header does not begin with {', WHERE, 'The file is altered or of another format; fetch or save it again')
  try {
    return { length, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + length)) }
  } catch {
    return refuse('the header is not UTF-8')
  }
}

const readEntries = (text: string): { readonly entries: readonly Entry[]; readonly metadata: ReadonlyMap<string, string> } => {
  let parsed: Json
  try {
    parsed = parseStrictJson(text)
  } catch (thrown) {
    if (thrown instanceof JsonRefusal)
      return refuse(`the header is not the JSON of the format: at character ${thrown.at}, ${thrown.message}`)
    throw thrown
  }
  const entries: Entry[] = []
  const metadata = new Map<string, string>()
  for (const [name, value] of parsed as ReadonlyMap<string, Json>) {
    if (name === '__metadata__') {
      if (!(value instanceof Map)) return refuse('__metadata__ is not an object')
      for (const [key, text] of value as ReadonlyMap<string, Json>)
        metadata.set(key, typeof text === 'string' ? text : refuse(`the value of "${key}" in __metadata__ is not a string`))
    } else entries.push(readEntry(name, value))
  }
  // By place: an empty tensor comes before the one that begins where it does.
  return { entries: entries.sort((a, b) => a.begin - b.begin || a.end - b.end), metadata }
}

const readEntry = (name: string, value: Json): Entry => {
  const where = `${WHERE}, tensor "${name}"`
  if (!(value instanceof Map)) return refuse('its entry in the header is not an object', where)
  const fields = value as ReadonlyMap<string, Json>
  const dtype = fields.get('dtype')
  if (typeof dtype !== 'string') return refuse('it has no dtype', where)
  const codec = codecOf(dtype)
  if (codec === undefined) return refuse(`unknown dtype "${dtype}"`, where, `Save it as one of ${dtypeNames.join(', ')}`)
  const shape = fields.get('shape')
  if (!isNumbers(shape)) return refuse('its shape is not a list of whole numbers', where)
  const offsets = fields.get('data_offsets')
  if (!isNumbers(offsets) || offsets.length !== 2) return refuse('its data_offsets are not two whole numbers', where)
  const [begin, end] = offsets as readonly [number, number]
  const needed = sizeOf(shape) * codec.bytes
  if (!Number.isSafeInteger(needed)) return refuse(`its shape [${shape.join(', ')}] is too large`, where)
  if (end - begin !== needed)
    return refuse(
      `data_offsets [${begin}, ${end}] hold ${end - begin} bytes, where ${dtype} of shape [${shape.join(', ')}] takes ${needed}`,
      where,
    )
  return { name, dtype: dtype as Dtype, shape, begin, end }
}

const isNumbers = (value: Json | undefined): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number')

/** Refuses entries, in order of place, that do not cover `room` bytes exactly once. */
const requireCover = (entries: readonly Entry[], room: number): void => {
  let reached = 0
  for (const { name, begin, end } of entries) {
    const where = `${WHERE}, tensor "${name}"`
    if (begin > reached) refuse(`bytes ${reached} to ${begin} of the data belong to no tensor`, where)
    if (begin < reached) refuse(`it begins at byte ${begin} of the data, inside the tensor before it, which ends at ${reached}`, where)
    if (end > room)
      refuse(`it ends at byte ${end} of the data, of which the file has ${room}`, where, 'The file is truncated; fetch or save it again')
    reached = end
  }
  if (reached !== room) refuse(`${room - reached} bytes at the end of the file belong to no tensor`)
}
