import { column, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slicedWasserstein } from './sliced-wasserstein.js'
import { mapEntries, moderate, normalSample, reversedRows, sample, samples, tagOf } from './test-samples.js'
import { wasserstein1d } from './wasserstein-1d.js'

/** Rounding in distances up to 400 over 20 projections. */
const rounding = 1e-10
const few = { key: key(7), projections: 20 }
const order = fc.constantFrom(1, 2, 3)

describe('slicedWasserstein', () => {
  it('is symmetric, blind to row order, homogeneous, at least 0, and 0 with itself', () => {
    fc.assert(
      fc.property(samples(2), order, fc.integer({ min: 0, max: 9 }), (pair, p, factor) => {
        const [a, b] = pair as [HostMatrix, HostMatrix]
        const options = { ...few, order: p }
        const distance = slicedWasserstein(a, b, options)
        expect(distance).toBeGreaterThanOrEqual(0)
        expect(Math.abs(slicedWasserstein(b, a, options) - distance)).toBeLessThan(rounding)
        expect(slicedWasserstein(reversedRows(a), b, options)).toBe(distance)
        expect(slicedWasserstein(a, reversedRows(a), options)).toBe(0)
        const [scaledA, scaledB] = [mapEntries(a, (x) => factor * x), mapEntries(b, (x) => factor * x)]
        expect(Math.abs(slicedWasserstein(scaledA, scaledB, options) - factor * distance)).toBeLessThan(rounding)
      }),
    )
  })

  it('is wasserstein1d in one column, for any sizes', () => {
    fc.assert(
      fc.property(sample(1), sample(1), order, (a, b, p) => {
        expect(slicedWasserstein(a, b, { ...few, order: p })).toBeCloseTo(wasserstein1d(column(a, 0), column(b, 0), { order: p }), 11)
      }),
    )
  })

  it('takes each row k times as the sample itself', () => {
    fc.assert(
      fc.property(samples(2), fc.integer({ min: 2, max: 4 }), (pair, copies) => {
        const [a, b] = pair as [HostMatrix, HostMatrix]
        const data = Float64Array.from({ length: a.data.length * copies }, (_, k) => a.data[k % a.data.length] as number)
        const repeated = { data, rows: a.rows * copies, columns: a.columns }
        expect(Math.abs(slicedWasserstein(repeated, b, few) - slicedWasserstein(a, b, few))).toBeLessThan(rounding)
      }),
    )
  })

  it('is at most the length of a translation, along whatever directions', () => {
    const shift = fc.array(moderate, { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(samples(1), shift, order, fc.nat(), (one, c, p, seed) => {
        const [a] = one as [HostMatrix]
        const moved = mapEntries(a, (x, j) => x + (c[j] as number))
        const length = Math.hypot(...c.slice(0, a.columns))
        expect(slicedWasserstein(a, moved, { key: key(seed), projections: 20, order: p })).toBeLessThan(length + rounding)
      }),
    )
  })

  it('gives |c|/√columns for a translation by c, within 5 standard errors', () => {
    const a = normalSample(key(1), 40, 5)
    const c = [1, -2, 0.5, 3, 0]
    const moved = mapEntries(a, (x, j) => x + (c[j] as number))
    const projections = 4000
    const squared = slicedWasserstein(a, moved, { key: key(2), projections }) ** 2
    const lengthSquared = c.reduce((sum, value) => sum + value * value, 0)
    // On the sphere in d dimensions the square of one coordinate has mean 1/d and mean square 3/(d(d + 2)).
    const standardError = lengthSquared * Math.sqrt((3 / (5 * 7) - 1 / 25) / projections)
    expect(Math.abs(squared - lengthSquared / 5)).toBeLessThan(5 * standardError)
  })

  it('gives |s₁ − s₂| for centred round Gaussians', () => {
    // Each projection is W2(N(0, 1), N(0, 4)) = 1. The means and deviations on a direction are off by about 2/√n, so 5 of them.
    const distance = slicedWasserstein(normalSample(key(3), 10_000, 3), normalSample(key(4), 8_000, 3, 0, 2), {
      key: key(5),
      projections: 50,
    })
    expect(Math.abs(distance - 1)).toBeLessThan((5 * 2) / Math.sqrt(8_000))
  })

  it('is the same for the same key alone', () => {
    const [a, b] = [normalSample(key(1), 30, 3), normalSample(key(2), 20, 3)]
    expect(slicedWasserstein(a, b, { key: key(9) })).toBe(slicedWasserstein(a, b, { key: key(9) }))
    expect(slicedWasserstein(a, b, { key: key(9) })).not.toBe(slicedWasserstein(a, b, { key: key(10) }))
  })

  it('refuses what it cannot measure', () => {
    const a = fromRows([[0, 1]])
    expect(tagOf(() => slicedWasserstein(a, fromRows([[0]]), few))).toBe('ShapeMismatch')
    expect(tagOf(() => slicedWasserstein(a, fromRows([]), few))).toBe('InvalidArgument')
    expect(tagOf(() => slicedWasserstein(a, fromRows([[0, Number.NaN]]), few))).toBe('NotFinite')
    expect(tagOf(() => slicedWasserstein(a, a, { ...few, projections: 0 }))).toBe('InvalidArgument')
    expect(tagOf(() => slicedWasserstein(a, a, { ...few, order: 0 }))).toBe('InvalidArgument')
  })
})
