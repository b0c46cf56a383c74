import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, type Safetensors, type StoredTensor } from './decode.js'
import type { Dtype, Elements } from './dtype.js'
import { encodeSafetensors, type TensorToStore } from './encode.js'

const decoded = (bytes: Uint8Array): Safetensors => {
  const result = decodeSafetensors(bytes)
  if (E.isLeft(result)) throw result.left
  return result.right
}

const refusal = (bytes: Uint8Array): string => {
  const result = decodeSafetensors(bytes)
  if (E.isRight(result)) throw new Error('the file was accepted')
  expect(result.left._tag).toBe('InvalidModel')
  expect(result.left.mend.length).toBeGreaterThan(10)
  return result.left.message
}

/** A file with a header of one's own. */
const file = (header: string, data: readonly number[] = [], length?: bigint): Uint8Array => {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

const entry = (dtype: string, shape: string, from: number, to: number): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`
const zeros = (count: number): number[] => new Array<number>(count).fill(0)

describe('decodeSafetensors', () => {
  const folder = fileURLToPath(new URL('../../../../../shared/reference/safetensors', import.meta.url))
  const published: [file: string, name: string, dtype: Dtype, data: Elements][] = [
    ['b', 'b', 'I8', Int8Array.of(-3, -2, -1, 0, 1, 2)],
    ['d', 'd', 'F64', Float64Array.of(-3, -2, -1, 0, 1, 2)],
    ['e', 'e', 'F16', Float32Array.of(-3, -2, -1, 0, 1, 2)],
    ['f', 'f', 'F32', Float32Array.of(-3, -2, -1, 0, 1, 2)],
    ['h', 'h', 'I16', Int16Array.of(-3, -2, -1, 0, 1, 2)],
    ['i', 'i', 'I32', Int32Array.of(-3, -2, -1, 0, 1, 2)],
    ['u_B', 'B', 'U8', Uint8Array.of(253, 254, 255, 0, 1, 2)],
    ['u_H', 'H', 'U16', Uint16Array.of(65533, 65534, 65535, 0, 1, 2)],
    ['u_I', 'I', 'U32', Uint32Array.of(4294967293, 4294967294, 4294967295, 0, 1, 2)],
  ]
  it.skipIf(!existsSync(folder)).each(published)(
    'reads the published file %s (skipped where the published files are absent)',
    (path, name, dtype, data) => {
      const { tensors, metadata } = decoded(readFileSync(`${folder}/${path}.safetensors`))
      expect([...tensors]).toEqual([[name, { dtype, shape: [6], data }]])
      expect([...metadata]).toEqual([['test', 'a']])
    },
  )

  it('reads F16 and BF16: subnormals, signed zeros, infinities, NaN', () => {
    const header = `{"h":${entry('F16', '[8]', 0, 16)},"b":${entry('BF16', '[5]', 16, 26)}}`
    const half = [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80, 0x00, 0x7c, 0x00, 0xfc, 0x00, 0x7e]
    const brain = [0x80, 0x3f, 0x49, 0x40, 0x80, 0xff, 0xc0, 0x7f, 0x01, 0x00]
    const { tensors } = decoded(file(header, [...half, ...brain]))
    expect([...(tensors.get('h') as StoredTensor).data]).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ])
    expect([...(tensors.get('b') as StoredTensor).data]).toEqual([1, 3.140625, Number.NEGATIVE_INFINITY, Number.NaN, 2 ** -133])
  })

  it('reads 64-bit integers and booleans', () => {
    const header = `{"i":${entry('I64', '[1]', 0, 8)},"u":${entry('U64', '[]', 8, 16)},"t":${entry('BOOL', '[2]', 16, 18)}}`
    const { tensors } = decoded(file(header, [...new Array<number>(16).fill(255), 0, 1]))
    expect([...tensors.values()].map(({ data }) => [...(data as BigInt64Array)])).toEqual([[-1n], [2n ** 64n - 1n], [0, 1]])
  })

  it('takes the tensors in any order, empty tensors, spaces after the header, fields it does not know, and bytes at an odd place', () => {
    const header = `{ "z":${entry('F32', '[0,7]', 4, 4)},"y":{"dtype":"U8","shape":[4],"data_offsets":[4,8],"note":"n"},\n"x":${entry('F32', '[]', 0, 4)}}   `
    const bytes = file(header, [0, 0, 128, 63, 1, 2, 3, 4])
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    for (const each of [bytes, moved.subarray(3)]) {
      const { tensors } = decoded(each)
      expect([...(tensors.get('x')?.data ?? [])]).toEqual([1])
      expect([...(tensors.get('y')?.data ?? [])]).toEqual([1, 2, 3, 4])
      expect(tensors.get('z')).toEqual({ dtype: 'F32', shape: [0, 7], data: new Float32Array(0) })
    }
    expect(decoded(file('{}')).tensors.size).toBe(0)
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /0 bytes/],
    ['a length alone', file('', []).subarray(0, 7), /7 bytes/],
    ['a header longer than the file', file('{}', [], 3n), /3 bytes in a file of 10/],
    ['a header above the bound', file('{}', [], 100_000_001n), /above the format's bound/],
    ['a length of 2^64 − 1', file('{}', [], 2n ** 64n - 1n), /above the format's bound/],
    ['no header', file('', [0x7b]), /begin with \{/],
    ['a header that begins with a space', file(' {}'), /begin with \{/],
    ['a header that is not UTF-8', file('{"a', [0xff, 0x7d], 5n), /UTF-8/],
    ['a header that is not JSON', file('{"a":}'), /at character 5/],
    ['a header that stops', file('{"a":{'), /name in double quotes/],
    ['something after the object', file('{}x'), /character 2, something follows/],
    ['a name twice', file(`{"a":${entry('U8', '[1]', 0, 1)},"a":${entry('U8', '[1]', 0, 1)}}`, [0]), /"a" occurs twice/],
    ['a field twice', file('{"a":{"dtype":"U8","dtype":"U8"}}'), /"dtype" occurs twice/],
    ['metadata twice', file('{"__metadata__":{"a":"1","a":"2"}}'), /"a" occurs twice/],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /"a" in __metadata__ is not a string/],
    ['metadata that is no object', file('{"__metadata__":"a"}'), /not an object/],
    ['a number that is not whole', file('{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', [0]), /whole number/],
    ['a negative number', file('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', [0]), /whole number/],
    ['a number above 2^53', file('{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}', [0]), /too large/],
    ['a number with a leading zero', file('{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}', [0]), /whole number/],
    ['a string that is not closed', file('{"a'), /not closed/],
    ['nesting without end', file(`{"a":${'['.repeat(100_000)}`), /nested too deeply/],
    ['a tensor that is no object', file('{"a":[1]}'), /tensor "a".*not an object/],
    ['no dtype', file('{"a":{"shape":[1],"data_offsets":[0,1]}}', [0]), /tensor "a": it has no dtype/],
    ['an unknown dtype', file(`{"a":${entry('F8_E4M3', '[1]', 0, 1)}}`, [0]), /tensor "a": unknown dtype "F8_E4M3".*F32/],
    ['the dtype __proto__', file(`{"a":${entry('__proto__', '[1]', 0, 1)}}`, [0]), /unknown dtype "__proto__"/],
    ['no shape', file('{"a":{"dtype":"U8","data_offsets":[0,1]}}', [0]), /its shape/],
    ['no offsets', file('{"a":{"dtype":"U8","shape":[1]}}', [0]), /data_offsets/],
    ['three offsets', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}', [0]), /data_offsets/],
    [
      'too few bytes for the shape',
      file(`{"a":${entry('F32', '[2]', 0, 7)}}`, zeros(7)),
      /tensor "a".*\[0, 7\] hold 7 bytes, where F32 of shape \[2\] takes 8/,
    ],
    ['offsets that run backwards', file(`{"a":${entry('U8', '[1]', 1, 0)}}`, [0]), /hold -1 bytes/],
    ['a shape beyond counting', file(`{"a":${entry('F64', '[9007199254740991,9007199254740991]', 0, 1)}}`, [0]), /too large/],
    ['a hole', file(`{"a":${entry('U8', '[1]', 0, 1)},"b":${entry('U8', '[1]', 2, 3)}}`, zeros(3)), /tensor "b": bytes 1 to 2/],
    ['a hole in front', file(`{"a":${entry('U8', '[1]', 1, 2)}}`, zeros(2)), /tensor "a": bytes 0 to 1/],
    ['an overlap', file(`{"a":${entry('U8', '[2]', 0, 2)},"b":${entry('U8', '[2]', 1, 3)}}`, zeros(3)), /tensor "b": it begins at byte 1/],
    [
      'an empty tensor inside another',
      file(`{"a":${entry('U8', '[2]', 0, 2)},"b":${entry('U8', '[0]', 1, 1)}}`, zeros(2)),
      /tensor "b": it begins at byte 1/,
    ],
    [
      'truncated data',
      file(`{"a":${entry('U8', '[4]', 0, 4)}}`, zeros(3)),
      /tensor "a": it ends at byte 4 of the data, of which the file has 3/,
    ],
    ['bytes left over', file(`{"a":${entry('U8', '[4]', 0, 4)}}`, zeros(5)), /1 bytes at the end/],
    ['a BOOL of 2', file(`{"a":${entry('BOOL', '[1]', 0, 1)}}`, [2]), /neither 0 nor 1/],
  ])('refuses %s', (_, bytes, text) => expect(refusal(bytes)).toMatch(text))

  it('refuses every truncation of a valid file, and never throws on altered bytes', () => {
    const valid = encodeSafetensors([['0.weight', { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }]], { a: 'b' })
    for (let length = 0; length < valid.length; length++) refusal(valid.subarray(0, length))
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, byte) => {
        const altered = valid.slice()
        altered[at] = byte
        decodeSafetensors(altered)
      }),
      { numRuns: 2000, seed: 1 },
    )
  })
})

describe('encodeSafetensors', () => {
  const tensor: fc.Arbitrary<TensorToStore> = fc
    .record({
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
      single: fc.boolean(),
      values: fc.array(fc.double(), { minLength: 64, maxLength: 64 }),
    })
    .map(({ shape, single, values }) => {
      const data = values.slice(
        0,
        shape.reduce((a, b) => a * b, 1),
      )
      return { shape, data: single ? Float32Array.from(data) : Float64Array.from(data) }
    })
  const dictionary = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), tensor), { selector: ([name]) => name, maxLength: 5 })

  it('is decoded to the same bits, names and metadata', () => {
    fc.assert(
      fc.property(dictionary, fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), (tensors, metadata) => {
        fc.pre(tensors.every(([name]) => name !== '__metadata__'))
        const back = decoded(encodeSafetensors(tensors, metadata))
        expect(new Map(back.metadata)).toEqual(new Map(Object.entries(metadata)))
        expect([...back.tensors.keys()].sort()).toEqual(tensors.map(([name]) => name).sort())
        for (const [name, { shape, data }] of tensors) {
          const found = back.tensors.get(name)
          expect(found?.shape).toEqual(shape)
          expect(found?.dtype).toBe(data instanceof Float64Array ? 'F64' : 'F32')
          expect(found?.data.every((value, k) => Object.is(value, data[k]))).toBe(true)
        }
      }),
      { numRuns: 150, seed: 2 },
    )
  })

  it('pads the header, puts float64 first and then goes by name, so every element is aligned', () => {
    const bytes = encodeSafetensors([
      ['b', { shape: [1], data: Float32Array.of(1) }],
      ['z', { shape: [1], data: Float64Array.of(2) }],
      ['a', { shape: [1], data: Float32Array.of(3) }],
    ])
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n)
    expect([...decoded(bytes).tensors].map(([name, { data }]) => [name, data[0]])).toEqual([
      ['z', 2],
      ['a', 3],
      ['b', 1],
    ])
  })

  it('refuses names twice or reserved, shapes that do not fit, and metadata that is not text', () => {
    const one = { shape: [], data: Float64Array.of(1) }
    expect(() =>
      encodeSafetensors([
        ['a', one],
        ['a', one],
      ]),
    ).toThrow(/two tensors named "a"/)
    expect(() => encodeSafetensors([['__metadata__', one]])).toThrow(/__metadata__/)
    expect(() => encodeSafetensors([['a', { ...one, shape: [2] }]])).toThrow(/tensor "a": 1 numbers for shape \[2\]/)
    expect(() => encodeSafetensors([['a', { ...one, shape: [-1, -1] }]])).toThrow(/tensor "a"/)
    expect(() => encodeSafetensors([], { a: 1 as never })).toThrow(/metadata "a" is not a string/)
  })
})
