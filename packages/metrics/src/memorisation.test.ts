import { fromRows, type HostMatrix, hostMatrix, key, takeRows } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memorisationRatio } from './memorisation.js'
import { mapEntries, normalSample, reversedRows, samples, tagOf } from './test-samples.js'

describe('memorisationRatio', () => {
  it('is how many times as far as held-out rows generated ones lie from the one training row', () => {
    const far = fc.integer({ min: 1, max: 1000 }).map((k) => k / 8)
    fc.assert(
      fc.property(far, far, (generated, heldOut) => {
        const { ratio } = memorisationRatio(fromRows([[generated], [-generated]]), fromRows([[0]]), fromRows([[-heldOut], [heldOut]]))
        expect(ratio).toBe(generated / heldOut)
      }),
    )
  })

  it('is near 1 for fresh rows, 0 for copies, and small for near copies', () => {
    const training = normalSample(key(1), 2000, 3)
    const heldOut = normalSample(key(2), 2000, 3)
    const fresh = memorisationRatio(normalSample(key(3), 2000, 3), training, heldOut)
    // The median of n distances whose density at the median is f has standard error 1/(2 f √n). For nearest distances in 3 columns the
    // relative one is about 0.6/√n (their cube is roughly exponential, stretched by the varying density), and there are two medians.
    expect(Math.abs((fresh.ratio as number) - 1)).toBeLessThan((5 * 0.6 * Math.SQRT2) / Math.sqrt(2000))
    expect(fresh).not.toHaveProperty('reason')

    const copied = memorisationRatio(takeRows(training, [5, 9, 1999]), training, heldOut)
    expect(copied).toMatchObject({ ratio: 0, generatedMedian: 0, generatedCopies: 1, heldOutCopies: 0 })

    const jitter = normalSample(key(4), 2000, 3, 0, 1e-3)
    const jittered = hostMatrix(
      training.data.map((x, k) => x + (jitter.data[k] as number)),
      2000,
      3,
    )
    // The jitter is about 1.5e-3 long; held-out rows lie about 0.15 away.
    expect(memorisationRatio(jittered, training, heldOut).ratio).toBeLessThan(0.02)
  })

  it('is a ratio of medians: two held-out rows at 1 and 3, two generated at 2 and 4', () => {
    const result = memorisationRatio(fromRows([[2], [-4]]), fromRows([[0]]), fromRows([[1], [-3]]))
    expect(result).toEqual({ ratio: 1.5, generatedMedian: 3, heldOutMedian: 2, generatedCopies: 0, heldOutCopies: 0 })
  })

  it('has no ratio where half the held-out rows repeat training rows, and says so', () => {
    const training = fromRows([[0], [1], [2]])
    const repeating = fromRows([[0], [1], [2], [7]])
    for (const generated of [fromRows([[5]]), fromRows([[1]])]) {
      const result = memorisationRatio(generated, training, repeating)
      expect(result.ratio).toBeNull()
      expect(result.heldOutMedian).toBe(0)
      expect(result.heldOutCopies).toBe(0.75)
      expect(result.reason).toMatch(/held-out/)
    }
    expect(memorisationRatio(fromRows([[1]]), training, repeating).generatedCopies).toBe(1)
  })

  it('does not depend on units or row order, and is never infinite', () => {
    fc.assert(
      fc.property(samples(3), (tables) => {
        const [generated, training, heldOut] = tables as [HostMatrix, HostMatrix, HostMatrix]
        const result = memorisationRatio(generated, training, heldOut)
        expect(result.ratio === null || Number.isFinite(result.ratio)).toBe(true)
        expect(result.ratio === null).toBe(result.reason !== undefined)
        expect(memorisationRatio(reversedRows(generated), reversedRows(training), reversedRows(heldOut))).toEqual(result)
        const [g, t, h] = tables.map((table) => mapEntries(table, (x) => 4 * x)) as [HostMatrix, HostMatrix, HostMatrix]
        expect(memorisationRatio(g, t, h).ratio).toEqual(result.ratio) // a power of 2 rounds nothing
      }),
    )
  })

  it('refuses what it cannot measure', () => {
    const a = fromRows([[0, 1]])
    expect(tagOf(() => memorisationRatio(fromRows([[0]]), a, a))).toBe('ShapeMismatch')
    expect(tagOf(() => memorisationRatio(a, a, fromRows([[0]])))).toBe('ShapeMismatch')
    expect(tagOf(() => memorisationRatio(fromRows([]), a, a))).toBe('InvalidArgument')
    expect(tagOf(() => memorisationRatio(a, a, fromRows([[0, Number.NaN]])))).toBe('NotFinite')
  })
})
