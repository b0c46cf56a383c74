import { fromRows, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correlationChange, rankCorrelation } from './rank-correlation.js'

const between = (x: readonly number[], y: readonly number[]): number | null =>
  rankCorrelation(fromRows(x.map((value, i) => [value, y[i] as number])), [0, 1])[0]?.[1] ?? null

describe('rankCorrelation', () => {
  it('is 1 − 6 Σd² / (n(n² − 1)) when there are no ties', () => {
    const permutation = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(permutation, permutation, (x, y) => {
        const squares = x.reduce((sum, value, i) => sum + (value - (y[i] as number)) ** 2, 0)
        expect(between(x, y)).toBeCloseTo(1 - (6 * squares) / (8 * 63), 12)
      }),
      { seed: 1 },
    )
  })

  it('gives ties the mean of their ranks', () => {
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: covariance 4.5, lengths √4.5 and √5.
    expect(between([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
  })

  it('does not change under increasing maps', () => {
    const [x, y] = [Array.from(normalArray(key(1), 50)), Array.from(normalArray(key(2), 50))]
    expect(between(x.map(Math.exp), y)).toBe(between(x, y))
  })

  it('is null for a column that does not vary', () => {
    expect(
      rankCorrelation(
        fromRows([
          [1, 2],
          [1, 3],
        ]),
        [0, 1],
      ),
    ).toEqual([
      [null, null],
      [null, 1],
    ])
  })
})

describe('correlationChange', () => {
  it('finds the pair that differs most, and the mean', () => {
    const { difference, largest, mean } = correlationChange(
      [
        [1, 0.2, 0],
        [0.2, 1, null],
        [0, null, 1],
      ],
      [
        [1, 0.3, -0.5],
        [0.3, 1, 0.1],
        [-0.5, 0.1, 1],
      ],
    )
    expect(largest).toEqual({ a: 0, b: 2, data: 0, samples: -0.5 })
    expect(mean).toBeCloseTo(0.3, 12)
    expect(difference[1]?.[2]).toBeNull()
  })

  it('has no largest difference without a pair', () => {
    expect(correlationChange([[1]], [[1]])).toEqual({ difference: [[0]], largest: undefined, mean: 0 })
  })
})
