import { hostMatrix } from '@tweedie/core'
import { encodeSafetensors } from '@tweedie/nn'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCloud, encodeCloud } from './cloud-file.js'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const cloud = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(finite, { minLength: rows * columns, maxLength: rows * columns }).map((data) => hostMatrix(data, rows, columns)),
  )

const refusal = (bytes: Uint8Array): string => {
  const read = decodeCloud(bytes)
  expect(read._tag === 'Left' && read.left._tag).toBe('InvalidModel')
  return read._tag === 'Left' ? read.left.message : ''
}

describe('cloud file', () => {
  test('comes back bit for bit', () => {
    fc.assert(
      fc.property(cloud, (scores) => {
        expect(decodeCloud(encodeCloud(scores))).toEqual({ _tag: 'Right', right: scores })
      }),
    )
  })

  test('a file cut anywhere is a value on the left', () => {
    fc.assert(
      fc.property(cloud, fc.nat(), (scores, at) => {
        const bytes = encodeCloud(scores)
        refusal(bytes.slice(0, at % bytes.length))
      }),
    )
  })

  test('an altered byte never throws, and gives a sound cloud or a value on the left', () => {
    fc.assert(
      fc.property(cloud, fc.nat(), fc.integer({ min: 1, max: 255 }), (scores, at, change) => {
        const bytes = encodeCloud(scores)
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change
        const read = decodeCloud(bytes)
        if (read._tag === 'Left') expect(read.left._tag).toBe('InvalidModel')
        else {
          expect(read.right.data).toHaveLength(read.right.rows * read.right.columns)
          expect(read.right.data.every(Number.isFinite)).toBe(true)
        }
      }),
    )
  })

  test('other files, shapes, types and numbers are refused', () => {
    const data = Float64Array.of(1, 2, 3, 4)
    const format = { format: 'tweedie-cloud-1' }
    expect(refusal(encodeSafetensors([['scores', { shape: [2, 2], data }]]))).toMatch(/format is "not given"/)
    expect(refusal(encodeSafetensors([['rows', { shape: [2, 2], data }]], format))).toMatch(/no matrix of scores/)
    expect(refusal(encodeSafetensors([['scores', { shape: [4], data }]], format))).toMatch(/no matrix of scores/)
    expect(refusal(encodeSafetensors([['scores', { shape: [0, 2], data: new Float64Array(0) }]], format))).toMatch(/no matrix of scores/)
    expect(refusal(encodeSafetensors([['scores', { shape: [2, 2], data: Float32Array.from(data) }]], format))).toMatch(/in F64/)
    expect(refusal(encodeSafetensors([['scores', { shape: [2, 2], data: Float64Array.of(1, 2, Number.NaN, 4) }]], format))).toMatch(
      /row 2, column 1 is NaN/,
    )
  })

  test('what is not a cloud is not written', () => {
    expect(() => encodeCloud(hostMatrix([], 0, 2))).toThrow(/0 rows/)
    expect(() => encodeCloud(hostMatrix([1, Number.POSITIVE_INFINITY], 1, 2))).toThrow(/row 1, column 2: the score Infinity/)
  })
})
