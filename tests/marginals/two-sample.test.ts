import { fold, key, normalArray } from '@tweedie/core'
import { describe, expect, test } from 'vitest'
import { compare, kolmogorovSmirnov, massartBound, profileOf, projections } from './two-sample.js'

const features = projections(4)
const draw = (seed: number, rows: number): Float64Array => normalArray(fold(key(5), seed), 2 * rows)
const of = (values: readonly number[]): Float64Array => Float64Array.from(values)

describe('the two-sample test', () => {
  test('measures the largest gap between the distribution functions, ties and sizes as they come', () => {
    expect(kolmogorovSmirnov(of([1, 2, 3, 4]), of([1, 2, 3, 4]))).toBe(0)
    expect(kolmogorovSmirnov(of([1, 2]), of([3, 4, 5]))).toBe(1)
    expect(kolmogorovSmirnov(of([1, 1, 1, 2]), of([1, 2]))).toBe(0.25)
    expect(kolmogorovSmirnov(of([0, 10]), of([1, 2, 3, 4]))).toBe(0.5)
  })

  test('refuses one law no more often than it says', async () => {
    // At 1 % for each bound 4 features are refused at most 8 % of the time; 200 trials stay below 8 % + 4 standard errors.
    const trials = 200
    let refused = 0
    for (let k = 0; k < trials; k++)
      if (compare(await profileOf(draw(2 * k, 100), features), await profileOf(draw(2 * k + 1, 300), features), 0.01).refused) refused++
    expect(refused / trials).toBeLessThan(0.08 + 4 * Math.sqrt((0.08 * 0.92) / trials))
    // The bound for one sample is sharp: √n D exceeds the 10 % point of Kolmogorov's law, 1.2238, when the level is 10 %.
    expect(massartBound(1, 0.1)).toBeCloseTo(1.2238, 3)
  })

  test('refuses a mean or a spread that is off by 0.3 at 2,000 rows', async () => {
    const exact = await profileOf(draw(1, 60_000), features)
    expect(compare(await profileOf(draw(2, 2000), features), exact, 1e-7).refused).toBe(false)
    expect(
      compare(
        await profileOf(
          draw(2, 2000).map((z, k) => (k % 2 === 0 ? z + 0.3 : z)),
          features,
        ),
        exact,
        1e-7,
      ).refused,
    ).toBe(true)
    expect(
      compare(
        await profileOf(
          draw(2, 2000).map((z) => 1.5 * z),
          features,
        ),
        exact,
        1e-7,
      ).refused,
    ).toBe(true)
  })

  test('takes no NaN for a sample', async () => {
    await expect(profileOf(draw(3, 10).fill(Number.NaN, 3, 4), features)).rejects.toThrow('NaN')
  })
})
