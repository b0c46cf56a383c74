import { fromRows, hostMatrix, key } from '@tweedie/core'
import { metricLaws, testLaws } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js'
import { normalTail } from './normal-tail.js'
import { coarse, mapEntries, moderate, normalSample, sample, tagOf } from './test-samples.js'

const columnOf = (values: readonly number[]) => hostMatrix(values, values.length, 1)

/** The largest difference of the two shares at or below any value. */
const byShares = (u: readonly number[], v: readonly number[]): number => {
  const share = (values: readonly number[], x: number): number => values.filter((value) => value <= x).length / values.length
  return Math.max(...[...u, ...v].map((x) => Math.abs(share(u, x) - share(v, x))))
}

/** Every way to deal m of m + n ranks to the first sample, and the share of them with a statistic as large. */
const byPermutations = (m: number, n: number, statistic: number): number => {
  const all: number[][] = []
  const deal = (from: number, chosen: number[]): void => {
    if (chosen.length === m) all.push(chosen)
    else for (let rank = from; rank < m + n; rank++) deal(rank + 1, [...chosen, rank])
  }
  deal(0, [])
  const others = (chosen: number[]) => Array.from({ length: m + n }, (_, rank) => rank).filter((rank) => !chosen.includes(rank))
  return all.filter((chosen) => byShares(chosen, others(chosen)) >= statistic - 1e-12).length / all.length
}

describe('kolmogorovSmirnov', () => {
  testLaws(
    it,
    metricLaws((a, b) => kolmogorovSmirnov(a, b)[0]?.statistic as number, { name: 'KS', columns: 1, triangle: true }),
    { seed: 1, runs: 40 },
  )

  it('is the largest difference of shares, with ties or without', () => {
    const value = fc.oneof(moderate, coarse)
    fc.assert(
      fc.property(sample(1, value), sample(1, value), (a, b) => {
        expect(kolmogorovSmirnov(a, b)[0]?.statistic).toBeCloseTo(byShares([...a.data], [...b.data]), 14)
      }),
    )
  })

  it('has exact p-values that are shares of permutations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (m, n, seed) => {
        const draws = normalSample(key(seed), m + n, 1).data
        const [u, v] = [columnOf([...draws.subarray(0, m)]), columnOf([...draws.subarray(m)])]
        const [result] = kolmogorovSmirnov(u, v, { pValue: 'exact' })
        expect(result?.pValue).toBeCloseTo(byPermutations(m, n, result?.statistic as number), 12)
      }),
      { numRuns: 20 },
    )
  })

  it('agrees with SciPy', () => {
    const u = columnOf([0.1, 0.4, 0.7, 0.9, 1.3, 2.2, 2.9])
    const v = columnOf([0.5, 0.8, 1.1, 1.6, 1.7, 2.5, 3.1, 3.3, 4.0])
    // scipy.stats.ks_2samp(u, v, method='exact'); kstwobign.sf(statistic * sqrt(63/16))
    expect(kolmogorovSmirnov(u, v, { pValue: 'exact' })[0]?.statistic).toBeCloseTo(0.38095238095238093, 14)
    expect(kolmogorovSmirnov(u, v, { pValue: 'exact' })[0]?.pValue).toBeCloseTo(0.4987762237762238, 13)
    expect(kolmogorovSmirnov(u, v)[0]?.pValue).toBeCloseTo(0.6171949793981648, 13)
  })

  it.each([
    // scipy.stats.kstwobign.sf(λ)
    [1, 0.9639452436648751],
    [2, 0.26999967167735456],
    [4, 0.0006709252557796953],
  ])('has the limit of Smirnov: λ = %i/2', (twice, expected) => {
    // 8 rows of each: a gap of g/8 is λ = g/8 · √4 = g/4.
    const gap = 2 * twice
    const u = Array.from({ length: 8 }, (_, i) => i)
    const v = u.map((x) => x + gap - 0.5)
    expect(kolmogorovSmirnov(columnOf(u), columnOf(v))[0]).toMatchObject({ statistic: gap / 8 })
    expect(kolmogorovSmirnov(columnOf(u), columnOf(v))[0]?.pValue).toBeCloseTo(expected, 12)
  })

  it('is 2 Φ(d/2) − 1 for normals d deviations apart', () => {
    const [{ statistic } = { statistic: Number.NaN }] = kolmogorovSmirnov(
      normalSample(key(1), 20_000, 1),
      normalSample(key(2), 20_000, 1, 0.7),
    )
    // Each empirical share has error at most 0.5/√20000; four of both.
    expect(Math.abs(statistic - (1 - 2 * normalTail(0.35)))).toBeLessThan(4 * Math.SQRT2 * 0.5 * Math.sqrt(1 / 20_000))
  })

  it('takes column by column, and no notice of increasing functions', () => {
    const [a, b] = [normalSample(key(1), 50, 3), normalSample(key(2), 70, 3)]
    const warp = (x: number, j: number): number => (j === 1 ? Math.exp(x) : 3 * x + j)
    const both = kolmogorovSmirnov(a, b)
    expect(both).toHaveLength(3)
    expect(kolmogorovSmirnov(mapEntries(a, warp), mapEntries(b, warp))).toEqual(both)
  })

  it('refuses what it cannot compare', () => {
    const one = fromRows([[1]])
    expect(tagOf(() => kolmogorovSmirnov(one, fromRows([[1, 2]])))).toBe('ShapeMismatch')
    expect(tagOf(() => kolmogorovSmirnov(fromRows([]), one))).toBe('InvalidArgument')
    expect(tagOf(() => kolmogorovSmirnov(one, fromRows([[Number.NaN]])))).toBe('NotFinite')
    const long = hostMatrix(new Float64Array(20_000), 20_000, 1)
    expect(tagOf(() => kolmogorovSmirnov(long, long, { pValue: 'exact' }))).toBe('InvalidArgument')
  })
})
