/** The values of one column of one Arrow batch, as numbers and text. A buffer that is too short for its rows is refused. */

import { type Data, DataType, DateUnit, Precision, TimeUnit } from 'apache-arrow'
import { float16 } from './float16.js'

/** What a column becomes; nothing for a type that is neither numbers nor text. */
export const kindOf = (type: DataType): 'number' | 'text' | undefined => {
  if (DataType.isDictionary(type)) return kindOf(type.dictionary)
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type) || DataType.isDecimal(type)) return 'number'
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type) || DataType.isNull(type)
  const isTime = DataType.isDate(type) || DataType.isTimestamp(type) || DataType.isTime(type) || DataType.isDuration(type)
  return isText || isTime ? 'text' : undefined
}

type Value = number | bigint | string | Date | null

const damaged = (): never => {
  throw new Error('a column holds less than its rows')
}

const millisecondsPer = { [TimeUnit.SECOND]: 1e3, [TimeUnit.MILLISECOND]: 1, [TimeUnit.MICROSECOND]: 1e-3, [TimeUnit.NANOSECOND]: 1e-6 }

/** Strings may share bytes (utf8_view): together they may be this much longer than the file's own bytes. */
const mostSharing = 64

const decoder = new TextDecoder()

/** Views: length, then the text itself when it has at most 12 bytes, else its first 4, a buffer's number and an offset. */
const viewedText = ({ values, variadicBuffers, length }: Data): ((i: number) => string) => {
  const bytes = values as Uint8Array
  if (bytes.length < 16 * length) return damaged()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = mostSharing * (bytes.length + variadicBuffers.reduce((sum, buffer) => sum + buffer.length, 0))
  return (i) => {
    const size = view.getInt32(16 * i, true)
    if (size <= 12) return size < 0 ? damaged() : decoder.decode(bytes.subarray(16 * i + 4, 16 * i + 4 + size))
    const buffer = variadicBuffers[view.getInt32(16 * i + 8, true)]
    const from = view.getInt32(16 * i + 12, true)
    left -= size
    if (buffer === undefined || from < 0 || from + size > buffer.length || left < 0) return damaged()
    return decoder.decode(buffer.subarray(from, from + size))
  }
}

const offsetText = ({ values, valueOffsets, length }: Data): ((i: number) => string) => {
  const offsets = valueOffsets as Int32Array | BigInt64Array
  if (length > 0 && offsets.length < length + 1) return damaged()
  return (i) => {
    const [from, to] = [Number(offsets[i]), Number(offsets[i + 1])]
    if (from < 0 || to < from || to > values.length || (i > 0 && from < Number(offsets[i - 1]))) return damaged()
    return decoder.decode(values.subarray(from, to) as Uint8Array)
  }
}

/** Two's complement in 32-bit words, the lowest first. Written out and parsed, so that it rounds once. */
const decimal = (words: Uint32Array, from: number, size: number, scale: number): number => {
  let whole = 0n
  for (let k = size - 1; k >= 0; k--) whole = (whole << 32n) | BigInt(words[from + k] as number)
  return Number(`${BigInt.asIntN(32 * size, whole)}e${-scale}`)
}

/** How value i is read, whether it is null or not. */
const reader = (data: Data): ((i: number) => Value) => {
  const { type, length } = data
  const values = data.values as ArrayLike<number | bigint>
  const plain = (convert: (raw: number | bigint) => Value, perValue = 1): ((i: number) => Value) =>
    values.length < length * perValue ? damaged() : (i) => convert(values[i] as number | bigint)
  if (DataType.isNull(type)) return () => null
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return offsetText(data)
  if (DataType.isUtf8View(type)) return viewedText(data)
  if (DataType.isBool(type)) return values.length < Math.ceil(length / 8) ? damaged() : (i) => ((values[i >> 3] as number) >> (i & 7)) & 1
  if (DataType.isFloat(type)) return plain(type.precision === Precision.HALF ? (bits) => float16(bits as number) : (raw) => raw)
  if (DataType.isDecimal(type)) {
    const size = type.bitWidth / 32
    return values.length < length * size ? damaged() : (i) => decimal(data.values as Uint32Array, size * i, size, type.scale)
  }
  if (DataType.isDate(type)) return plain((raw) => new Date(Number(raw) * (type.unit === DateUnit.DAY ? 86_400_000 : 1)))
  if (DataType.isTimestamp(type)) return plain((raw) => new Date(Number(raw) * millisecondsPer[type.unit]))
  if (DataType.isDictionary(type)) {
    const entries = (data.dictionary ?? damaged()).data.flatMap((chunk) => [...arrowValues(chunk)])
    return plain((index) => {
      const value = entries[Number(index)]
      return value === undefined ? damaged() : value
    })
  }
  return plain(String)
}

/** The values of a batch's column, null where one is missing. Throws a plain `Error` when the batch is damaged. */
export const arrowValues = (data: Data): readonly Value[] => {
  const { length, nullCount, nullBitmap } = data
  const at = reader(data)
  const bits = nullCount > 0 && !DataType.isNull(data.type) ? (nullBitmap as Uint8Array) : undefined
  if (bits !== undefined && bits.length < Math.ceil(length / 8)) return damaged()
  let missing = 0
  const values = Array.from({ length }, (_, i) => {
    if (bits !== undefined && (((bits[i >> 3] as number) >> (i & 7)) & 1) === 0) {
      missing++
      return null
    }
    return at(i)
  })
  if (bits !== undefined && missing !== nullCount) throw new Error('a column has another number of missing values than it says')
  return values
}
