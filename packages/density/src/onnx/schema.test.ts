import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dataType } from './graph.js'
import { decodeMessage, encodeMessage, type Message } from './protobuf.js'
import { modelProto, tensorProto } from './schema.js'

const path = fileURLToPath(new URL('../../../../../shared/reference/onnx/onnx_node_tests.tar.gz', import.meta.url))

/** The files of a .tar (POSIX ustar): a header of 512 bytes with name and size in octal, then the content, padded to 512. */
const untar = (bytes: Uint8Array): ReadonlyMap<string, Uint8Array> => {
  const files = new Map<string, Uint8Array>()
  const text = (from: number, length: number): string =>
    Buffer.from(bytes.subarray(from, from + length))
      .toString('latin1')
      .replace(/\0.*$/s, '')
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    if (text(at + 156, 1) === '0' || text(at + 156, 1) === '') files.set(text(at, 100), bytes.subarray(at + 512, at + 512 + size))
    at += 512 + 512 * Math.ceil(size / 512)
  }
  return files
}

describe.skipIf(!existsSync(path))('the published node tests of ONNX (needs ../shared/reference/onnx)', () => {
  const files = existsSync(path) ? [...untar(gunzipSync(readFileSync(path)))] : []
  const models = files.filter(([name]) => name.endsWith('model.onnx'))
  const tensors = files.filter(([name]) => /_\d+\.pb$/.test(name))

  test('every model is decoded, and encoded again to the same bytes', () => {
    expect(models.length).toBeGreaterThan(100)
    for (const [name, bytes] of models) {
      const model = decodeMessage(modelProto, bytes)
      expect(Buffer.from(encodeMessage(modelProto, model)).equals(bytes), name).toBe(true)
      expect((model['graph'] as Message)['node'], name).toBeInstanceOf(Array)
      expect(model['opsetImport'], name).toBeInstanceOf(Array)
    }
  })

  test('every tensor is, too; its numbers are as many as its shape holds, in our numbering of types', () => {
    const width: Readonly<Record<number, number>> = { [dataType.float]: 4, [dataType.int64]: 8, [dataType.bool]: 1, [dataType.double]: 8 }
    let counted = 0
    for (const [name, bytes] of tensors) {
      const tensor = decodeMessage(tensorProto, bytes)
      expect(Buffer.from(encodeMessage(tensorProto, tensor)).equals(bytes), name).toBe(true)
      const [size, raw] = [width[tensor['dataType'] as number], tensor['rawData']]
      if (size === undefined || !(raw instanceof Uint8Array)) continue
      counted++
      expect(raw.length, name).toBe(size * ((tensor['dims'] as number[] | undefined) ?? []).reduce((product, one) => product * one, 1))
    }
    expect(counted).toBeGreaterThan(100)
  })
})

describe('a tensor', () => {
  const tensor = fc.record(
    {
      dims: fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 3 }),
      dataType: fc.integer({ min: 0, max: 16 }),
      floatData: fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 4 }),
      int64Data: fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 4 }),
      name: fc.string(),
      rawData: fc.uint8Array({ maxLength: 9 }),
      doubleData: fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: [] },
  )
  test('comes back as it was, whole numbers up to 2^53 exactly', () => {
    fc.assert(
      fc.property(tensor, (one) => {
        expect(decodeMessage(tensorProto, encodeMessage(tensorProto, one))).toEqual({ ...one })
      }),
    )
  })
  test('a member that is not described is an error', () =>
    expect(() => decodeMessage(tensorProto, Uint8Array.of(0xf8, 0x06, 1))).toThrow('tag 111'))
})
