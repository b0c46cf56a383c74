import { fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correlationDifference } from './correlation-difference.js'
import { coarse, mapEntries, moderate, normalSample, reversedRows, samples, tagOf } from './test-samples.js'

const difference = (a: HostMatrix, b: HostMatrix) => correlationDifference(a, b)

/** Two normal columns of the given correlation. */
const pairs = (seed: number, rows: number, correlation: number): HostMatrix => {
  const z = normalSample(key(seed), rows, 2)
  return mapEntries(z, (x, j) => x * (j === 0 ? 1 : Math.sqrt(1 - correlation ** 2))).data.reduce<HostMatrix>((matrix, _, k) => {
    if (k % 2 === 1)
      matrix.data[k] = (matrix.data[k] as number) * Math.sqrt(1 - correlation ** 2) + correlation * (matrix.data[k - 1] as number)
    return matrix
  }, z)
}

describe('correlationDifference', () => {
  it('agrees with NumPy and SciPy', () => {
    const x = fromRows([
      [1, 2, 0],
      [2, 1, 5],
      [3, 4, -1],
      [4, 3, 2],
      [5, 7, 2],
    ])
    const y = fromRows([
      [1, 1, 1],
      [2, 5, 1],
      [3, 2, 2],
      [4, 4, 9],
      [9, 0, 4],
    ])
    // np.abs(np.corrcoef(x.T) - np.corrcoef(y.T)) and scipy.stats.spearmanr(x)[0] - spearmanr(y)[0], above the diagonal
    const pearson = [1.3119057252051785, 0.3229342217571814, 0.47894899395238777]
    const spearman = [1.1, 0.7181848464596078, 0.25649458802128855]
    const result = difference(x, y)
    expect(result.columns).toEqual([0, 1, 2])
    for (const [found, expected] of [
      [result.pearson, pearson],
      [result.spearman, spearman],
    ] as const) {
      expect(found?.maximum).toBeCloseTo(expected[0] as number, 14)
      expect(found?.mean).toBeCloseTo(expected.reduce((sum, value) => sum + value, 0) / 3, 14)
    }
  })

  it('is the difference of two known correlations, and Spearman’s is 6/π asin(ρ/2) for normals', () => {
    const rank = (rho: number): number => (6 / Math.PI) * Math.asin(rho / 2)
    const result = difference(pairs(1, 20_000, 0.8), pairs(2, 20_000, -0.3))
    // A sample correlation has error (1 − ρ²)/√n, a rank correlation about 1.1 times that: at most 0.0065 and 0.0084 for both; four.
    expect(Math.abs((result.pearson?.maximum as number) - 1.1)).toBeLessThan(0.028)
    expect(Math.abs((result.spearman?.maximum as number) - (rank(0.8) - rank(-0.3)))).toBeLessThan(0.034)
  })

  it('is symmetric, 0 on equal samples, at most 2, and blind to order and units', () => {
    fc.assert(
      fc.property(samples(2, fc.oneof(moderate, coarse), { minRows: 2 }), (both) => {
        const [a, b] = both as [HostMatrix, HostMatrix]
        const there = difference(a, b)
        expect(difference(b, a)).toEqual(there)
        const self = difference(a, reversedRows(a))
        for (const one of [self.pearson, self.spearman]) if (one !== null) expect(one.maximum).toBeLessThan(1e-12)
        for (const one of [there.pearson, there.spearman])
          if (one !== null) {
            expect(one.maximum).toBeLessThanOrEqual(2)
            expect(one.mean).toBeLessThanOrEqual(one.maximum + 1e-15)
          }
        const scaled = difference(
          mapEntries(a, (x) => 8 * x),
          mapEntries(b, (x) => 8 * x),
        )
        expect(scaled).toEqual(there) // a power of 2 rounds nothing
        // Ranks see through any increasing function, if it keeps different values different.
        const cubed = difference(
          mapEntries(a, (x) => x ** 3),
          mapEntries(b, (x) => x ** 3),
        )
        expect(cubed.spearman).toEqual(there.spearman)
      }),
    )
  })

  it('leaves columns out that are constant in either sample', () => {
    const a = normalSample(key(1), 30, 4)
    const b = normalSample(key(2), 30, 4)
    const result = difference(
      mapEntries(a, (x, j) => (j === 1 ? 5 : x)),
      mapEntries(b, (x, j) => (j === 2 ? 0.1 : x)),
    )
    expect(result.columns).toEqual([0, 3])
    expect(result.pearson?.mean).toBe(result.pearson?.maximum)
    const lone = difference(normalSample(key(1), 9, 1), normalSample(key(2), 9, 1))
    expect(lone).toEqual({ pearson: null, spearman: null, columns: [0] })
  })

  it('refuses what it cannot compare', () => {
    const two = normalSample(key(1), 2, 2)
    expect(tagOf(() => difference(two, normalSample(key(1), 2, 3)))).toBe('ShapeMismatch')
    expect(tagOf(() => difference(two, fromRows([[1, 2]])))).toBe('InvalidArgument')
    expect(
      tagOf(() =>
        difference(
          two,
          mapEntries(two, () => Number.NaN),
        ),
      ),
    ).toBe('NotFinite')
  })
})
