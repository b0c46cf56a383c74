import { fold, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maximumMeanDiscrepancy } from './maximum-mean-discrepancy.js'
import { mapEntries, normalSample, reversedRows, samples, tagOf } from './test-samples.js'

const k0 = key(0)

/** The U-statistic as written: means over ordered pairs. */
const asWritten = (a: HostMatrix, b: HostMatrix, bandwidths: readonly number[]): number => {
  const row = ({ data, columns }: HostMatrix, i: number) => data.subarray(i * columns, (i + 1) * columns)
  const kernel = (x: Float64Array, y: Float64Array): number =>
    bandwidths.reduce((sum, h) => sum + Math.exp(-(Math.hypot(...x.map((value, j) => value - (y[j] as number))) ** 2) / (2 * h * h)), 0)
  const mean = (x: HostMatrix, y: HostMatrix, use: (i: number, j: number) => boolean): number => {
    const values: number[] = []
    for (let i = 0; i < x.rows; i++) for (let j = 0; j < y.rows; j++) if (use(i, j)) values.push(kernel(row(x, i), row(y, j)))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const others = (i: number, j: number): boolean => i !== j
  return mean(a, a, others) + mean(b, b, others) - 2 * mean(a, b, () => true)
}

describe('maximumMeanDiscrepancy', () => {
  it('is the U-statistic as written, symmetric, and blind to the order of rows and to units', () => {
    fc.assert(
      fc.property(samples(2, undefined, { minRows: 2, maxRows: 12 }), fc.constantFrom([1], [0.5, 1, 2]), (both, multiples) => {
        const [a, b] = both as [HostMatrix, HostMatrix]
        const options = { key: k0, multiples }
        const { squared, bandwidth } = maximumMeanDiscrepancy(a, b, options)
        expect(squared).toBeCloseTo(
          asWritten(
            a,
            b,
            multiples.map((multiple) => multiple * bandwidth),
          ),
          12,
        )
        expect(maximumMeanDiscrepancy(b, a, options).squared).toBeCloseTo(squared, 13)
        expect(maximumMeanDiscrepancy(reversedRows(a), b, options).squared).toBeCloseTo(squared, 13)
        const scaled = maximumMeanDiscrepancy(
          mapEntries(a, (x) => 4 * x),
          mapEntries(b, (x) => 4 * x),
          options,
        )
        expect(scaled.squared).toBeCloseTo(squared, 13)
      }),
    )
  })

  it('takes the median distance between rows for its bandwidth', () => {
    // Distances 1, 2, 3, 1, 2, 1 between 0, 1 and 2, 3.
    expect(maximumMeanDiscrepancy(fromRows([[0], [1]]), fromRows([[2], [3]]), { key: k0 }).bandwidth).toBe(Math.sqrt(2.5))
    // Half of the distances are 0: the median of 3 and 3.
    expect(maximumMeanDiscrepancy(fromRows([[0], [0], [0]]), fromRows([[0], [3]]), { key: k0 }).bandwidth).toBe(3)
    expect(maximumMeanDiscrepancy(fromRows([[7], [7]]), fromRows([[7], [7]]), { key: k0 })).toEqual({ squared: 0, bandwidth: 1 })
  })

  it('is unbiased for the closed form of two Gaussians', () => {
    const [shift, deviation, h, columns] = [0.6, 1.5, 1.2, 2]
    const mean = (distance: number, variance: number): number => {
      const v = h * h + variance
      return ((h * h) / v) ** (columns / 2) * Math.exp(-(distance * distance) / (2 * v))
    }
    const truth = mean(0, 2) + mean(0, 2 * deviation ** 2) - 2 * mean(shift * Math.sqrt(columns), 1 + deviation ** 2)
    const values = Array.from({ length: 200 }, (_, r) => {
      const draw = fold(key(3), r)
      const [a, b] = [normalSample(fold(draw, 0), 20, columns), normalSample(fold(draw, 1), 30, columns, shift, deviation)]
      return maximumMeanDiscrepancy(a, b, { key: k0, bandwidth: h }).squared
    })
    const average = values.reduce((sum, value) => sum + value, 0) / 200
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 199 / 200)
    expect(Math.abs(average - truth)).toBeLessThan(4 * error)
    expect(truth).toBeGreaterThan(10 * error)
  })

  it('is k(1) − 1 for {0, 1} against itself: without bias it may be below 0', () => {
    const two = fromRows([[0], [1]])
    expect(maximumMeanDiscrepancy(two, two, { key: k0, bandwidth: 1 }).squared).toBeCloseTo(Math.exp(-0.5) - 1, 14)
  })

  it('cuts large samples by key', () => {
    const [a, b] = [normalSample(key(1), 300, 2), normalSample(key(2), 300, 2)]
    const of = (seed: number) => maximumMeanDiscrepancy(a, b, { key: key(seed), maxRows: 40 })
    expect(of(1)).toEqual(of(1))
    expect(of(1).squared).not.toBe(of(2).squared)
  })

  it('refuses what it cannot compare', () => {
    const a = normalSample(key(1), 4, 2)
    expect(tagOf(() => maximumMeanDiscrepancy(a, normalSample(key(1), 4, 3), { key: k0 }))).toBe('ShapeMismatch')
    expect(tagOf(() => maximumMeanDiscrepancy(a, fromRows([[1, 2]]), { key: k0 }))).toBe('InvalidArgument')
    expect(
      tagOf(() =>
        maximumMeanDiscrepancy(
          a,
          mapEntries(a, () => Number.NaN),
          { key: k0 },
        ),
      ),
    ).toBe('NotFinite')
    for (const options of [{ bandwidth: 0 }, { multiples: [] }, { multiples: [-1] }, { maxRows: 1 }])
      expect(tagOf(() => maximumMeanDiscrepancy(a, a, { key: k0, ...options }))).toBe('InvalidArgument')
  })
})
