import fc from 'fast-check'
import { Matrix } from 'ml-matrix'
import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { key } from '../random/key.js'
import { normalArray } from '../random/normal.js'
import { cpu } from './cpu.js'
import { blockedMatMul, matMul } from './mat-mul.js'
import type { CpuTensor } from './strided.js'

/** A [rows, columns] view with numbers of its own: plain, transposed, or a part of a larger matrix. */
const view = (rows: number, columns: number, seed: number, layout: 'plain' | 'transposed' | 'part' | 'stretched'): CpuTensor => {
  const data = normalArray(key(seed), (rows + 2) * (columns + 3))
  if (layout === 'plain') return ndarray(data, [rows, columns], [columns, 1], 0)
  if (layout === 'transposed') return ndarray(data, [rows, columns], [1, rows], 0)
  if (layout === 'stretched') return ndarray(data, [rows, columns], [0, 1], 1)
  return ndarray(data, [rows, columns], [columns + 3, 1], columns + 5)
}

const asMatrix = (x: CpuTensor): Matrix =>
  new Matrix(Array.from({ length: x.shape[0] as number }, (_, i) => Array.from({ length: x.shape[1] as number }, (_, j) => x.get(i, j))))

const layout = fc.constantFrom('plain' as const, 'transposed' as const, 'part' as const, 'stretched' as const)
const size = fc.integer({ min: 1, max: 13 })

describe('matMul', () => {
  it('gives what ml-matrix gives, whatever the sizes and the strides', () => {
    fc.assert(
      fc.property(size, size, size, layout, layout, fc.nat(1e6), (m, k, p, left, right, seed) => {
        const [a, b] = [view(m, k, seed, left), view(k, p, seed + 1, right)]
        // Both sum in the order of the inner axis, so there is no rounding between them.
        const expected = asMatrix(a).mmul(asMatrix(b)).to1DArray()
        expect([...blockedMatMul(a, b)]).toEqual(expected)
        expect([...matMul(a, b)]).toEqual(expected)
      }),
      { numRuns: 300, seed: 5 },
    )
  })

  it('gives it where the right operand takes more than one block', () => {
    // Blocks of 65,536 numbers are 8 columns wide from 8,192 rows on, and 4 wide from 16,384 on.
    const long = fc.oneof(fc.integer({ min: 6000, max: 9001 }), fc.constant(16_384))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), long, fc.integer({ min: 9, max: 22 }), layout, fc.nat(1e6), (m, k, p, right, seed) => {
        const [a, b] = [view(m, k, seed, 'plain'), view(k, p, seed + 1, right)]
        expect([...matMul(a, b)]).toEqual(asMatrix(a).mmul(asMatrix(b)).to1DArray())
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })

  it('lets NaN and infinity reach their own row and column alone', () => {
    const a = ndarray(Float64Array.of(1, Number.NaN, 2, 3, 4, Number.POSITIVE_INFINITY), [3, 2])
    const b = ndarray(Float64Array.of(1, 0, 1, 1), [2, 2])
    for (const product of [matMul, blockedMatMul])
      expect([...product(a, b)]).toEqual([Number.NaN, Number.NaN, 5, 3, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  it('rounds to float32 once, at the end, on the float32 backend', async () => {
    const [B, F] = [cpu(), cpu({ dtype: 'float32' })]
    const [a, b] = [Float32Array.from(normalArray(key(1), 35)), Float32Array.from(normalArray(key(2), 21))]
    const exact = await B.read(B.matMul(B.tensor(a, [5, 7]), B.tensor(b, [7, 3])))
    expect(await F.read(F.matMul(F.tensor(a, [5, 7]), F.tensor(b, [7, 3])))).toEqual(exact.map(Math.fround))
  })
})
