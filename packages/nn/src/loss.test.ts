import { fold, key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanSquaredError, meanSquaredErrorPerElement } from './loss.js'

const B = cpu()
const prediction = B.tensor([1, 2, 3, 4, 5, 6], [2, 3])
const target = B.tensor([0, 2, 5, 4, 4, 3], [2, 3])

describe('meanSquaredError', () => {
  it('sums over columns and averages over rows', async () => {
    expect([...(await B.read(meanSquaredError(B)(prediction, target)))]).toEqual([(1 + 0 + 4 + (0 + 1 + 9)) / 2])
  })
  it('adds up over rows and columns: rows times it is the sum of the errors of each element, and D times that per element', async () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.nat())
    await fc.assert(
      fc.asyncProperty(shapes, async ([rows, columns, seed]) => {
        const [p, y] = [B.normal(fold(key(seed), 0), [rows, columns]), B.normal(fold(key(seed), 1), [rows, columns])]
        const [predicted, wanted] = await Promise.all([B.read(p), B.read(y)])
        const total = predicted.reduce((sum, each, k) => sum + (each - (wanted[k] as number)) ** 2, 0)
        const [[perRow], [perElement]] = (await Promise.all(
          [meanSquaredError, meanSquaredErrorPerElement].map((loss) => B.read(loss(B)(p, y))),
        )) as [Float64Array, Float64Array]
        // Rounding of a sum of at most 36 squares.
        expect(Math.abs((perRow as number) * rows - total)).toBeLessThan(1e-13 * (1 + total))
        expect(Math.abs((perElement as number) * rows * columns - total)).toBeLessThan(1e-13 * (1 + total))
      }),
    )
  })
  it('per element, averages over both', async () => {
    expect([...(await B.read(meanSquaredErrorPerElement(B)(prediction, target)))]).toEqual([15 / 6])
  })
  it('does not broadcast, and does not average nothing', () => {
    for (const loss of [meanSquaredError, meanSquaredErrorPerElement]) {
      expect(() => loss(B)(B.full([3, 1], 0), B.full([1, 3], 0))).toThrow(/\[3, 1\] and targets \[1, 3\]/)
      expect(() => loss(B)(B.full([3], 0) as never, B.full([3], 0) as never)).toThrow(/\[M, D\]/)
      expect(() => loss(B)(B.full([0, 3], 0), B.full([0, 3], 0))).toThrow(/no numbers/)
    }
  })
})
