/**
 * The element types of safetensors. Numbers are little-endian. F16 and BF16 are widened to float32, which holds each of them exactly.
 */

/** What a tensor's elements are, by the names that the format uses. */
export type Dtype = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U64' | 'U32' | 'U16' | 'U8' | 'BOOL'

/** Decoded elements: 64-bit integers as bigints, F16 and BF16 as float32, BOOL as 0 and 1. */
export type Elements =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array

interface Codec {
  readonly bytes: number
  readonly decode: (view: DataView, count: number) => Elements
}

/** Reads `count` elements of `bytes` bytes each; the bytes need not be aligned. */
const reader =
  <A extends Elements>(bytes: number, make: (count: number) => A, read: (view: DataView, at: number) => A[number]): Codec['decode'] =>
  (view, count) => {
    const out = make(count)
    for (let i = 0; i < count; i++) out[i] = read(view, i * bytes)
    return out
  }

/** Binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const word = new DataView(new ArrayBuffer(4))
/** Bfloat16: the upper half of a binary32. */
const brain = (bits: number): number => {
  word.setUint32(0, bits * 0x10000)
  return word.getFloat32(0)
}

const floats = (count: number) => new Float32Array(count)

const codecs: Readonly<Record<Dtype, Codec>> = {
  F64: {
    bytes: 8,
    decode: reader(
      8,
      (count) => new Float64Array(count),
      (view, at) => view.getFloat64(at, true),
    ),
  },
  F32: { bytes: 4, decode: reader(4, floats, (view, at) => view.getFloat32(at, true)) },
  F16: { bytes: 2, decode: reader(2, floats, (view, at) => half(view.getUint16(at, true))) },
  BF16: { bytes: 2, decode: reader(2, floats, (view, at) => brain(view.getUint16(at, true))) },
  I64: {
    bytes: 8,
    decode: reader(
      8,
      (count) => new BigInt64Array(count),
      (view, at) => view.getBigInt64(at, true),
    ),
  },
  I32: {
    bytes: 4,
    decode: reader(
      4,
      (count) => new Int32Array(count),
      (view, at) => view.getInt32(at, true),
    ),
  },
  I16: {
    bytes: 2,
    decode: reader(
      2,
      (count) => new Int16Array(count),
      (view, at) => view.getInt16(at, true),
    ),
  },
  I8: {
    bytes: 1,
    decode: reader(
      1,
      (count) => new Int8Array(count),
      (view, at) => view.getInt8(at),
    ),
  },
  U64: {
    bytes: 8,
    decode: reader(
      8,
      (count) => new BigUint64Array(count),
      (view, at) => view.getBigUint64(at, true),
    ),
  },
  U32: {
    bytes: 4,
    decode: reader(
      4,
      (count) => new Uint32Array(count),
      (view, at) => view.getUint32(at, true),
    ),
  },
  U16: {
    bytes: 2,
    decode: reader(
      2,
      (count) => new Uint16Array(count),
      (view, at) => view.getUint16(at, true),
    ),
  },
  U8: {
    bytes: 1,
    decode: reader(
      1,
      (count) => new Uint8Array(count),
      (view, at) => view.getUint8(at),
    ),
  },
  BOOL: {
    bytes: 1,
    decode: reader(
      1,
      (count) => new Uint8Array(count),
      (view, at) => view.getUint8(at),
    ),
  },
}

export const dtypeNames = Object.keys(codecs) as readonly Dtype[]

/** The codec of a dtype; undefined for one that is not known. */
export const codecOf = (dtype: string): Codec | undefined => (Object.hasOwn(codecs, dtype) ? codecs[dtype as Dtype] : undefined)
