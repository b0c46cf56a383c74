import { column, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histogram, latticeStep } from './histogram.js'
import { table } from './test-input.js'

const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort()
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe('histogram', () => {
  it('shares every row between the bins and what lies beyond', () => {
    // A report takes numbers below 1e-100 for 0.
    const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((number) => (Math.abs(number) < 1e-100 ? 0 : number))
    const values = fc.array(value, { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const bins = histogram(sorted(a), sorted(b))
        // Rounding only: each share is a count over a count.
        expect(sum(bins.data) + bins.beyond.data).toBeCloseTo(1, 9)
        expect(sum(bins.samples) + bins.beyond.samples).toBeCloseTo(1, 9)
        for (const [k, edge] of bins.edges.entries()) if (k > 0) expect(edge).toBeGreaterThan(bins.edges[k - 1] as number)
      }),
      { numRuns: 300, seed: 5 },
    )
  })

  it('puts whole numbers in the middle of their bins', () => {
    const whole = sorted([3, 4, 5, 5, 6, 6, 6, 7, 8])
    const { edges, data } = histogram(whole, whole)
    expect(edges).toEqual([2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5])
    expect(data.map((share) => Math.round(share * 9))).toEqual([1, 1, 2, 3, 1, 1])
  })

  it('finds the step of a lattice, and none in continuous values', () => {
    expect(latticeStep(sorted([0.1, 0.3, 0.30000000000000004, 0.7]))).toBeCloseTo(0.2, 12)
    expect(latticeStep(sorted(normalArray(key(1), 300)))).toBeUndefined()
    expect(latticeStep(sorted([2, 2, 2]))).toBeUndefined()
  })

  it('takes a logarithmic share for a long tail alone', () => {
    const tail = sorted(column(table(1, 500, 3), 2))
    const normal = sorted(normalArray(key(2), 500))
    expect(histogram(tail, tail).logarithmic).toBe(true)
    expect(histogram(normal, normal).logarithmic).toBe(false)
  })

  it('shows samples that miss the data, without letting them take the axis', () => {
    const data = sorted(normalArray(key(3), 400))
    const far = data.map((value) => value + 1e6)
    const { edges, beyond } = histogram(data, far)
    expect((edges[edges.length - 1] as number) - (edges[0] as number)).toBeLessThan(2 * ((data[399] as number) - (data[0] as number)))
    expect(beyond.samples).toBe(1)
  })

  it('takes constant columns', () => {
    const { edges, data, samples } = histogram(sorted([7, 7, 7]), sorted([7, 7]))
    expect(edges.length).toBeGreaterThan(2)
    expect(sum(data)).toBe(1)
    expect(sum(samples)).toBe(1)
  })
})
