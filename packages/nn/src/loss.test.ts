import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { meanSquaredError, meanSquaredErrorPerElement } from './loss.js'

const B = cpu()
const prediction = B.tensor([1, 2, 3, 4, 5, 6], [2, 3])
const target = B.tensor([0, 2, 5, 4, 4, 3], [2, 3])

describe('meanSquaredError', () => {
  it('sums over columns and averages over rows', async () => {
    expect([...(await B.read(meanSquaredError(B)(prediction, target)))]).toEqual([(1 + 0 + 4 + (0 + 1 + 9)) / 2])
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
