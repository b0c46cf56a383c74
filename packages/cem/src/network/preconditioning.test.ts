import { checked, fromRows, hostMatrix, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnMoments, momentsOf } from './data-moments.js'
import { preconditionInput, preconditionOutput } from './preconditioning.js'

const B = checked(cpu())

/** An affine map of one number is known by what it makes of 0 and 1. */
const levels = fc.record({
  alpha: fc.oneof(fc.constant(0), evenly(0.01, 1)),
  sigma: evenly(1e-3, 100),
  mean: evenly(-5, 5),
  deviation: evenly(0.01, 10),
})

const maps = async ({ alpha, sigma, mean, deviation }: { alpha: number; sigma: number; mean: number; deviation: number }) => {
  const moments = columnMoments('test', { mean, deviation }, 1)
  const level = { alpha: B.full([1, 1], alpha), sigma: B.full([1, 1], sigma) }
  const x = B.tensor([0, 1, 0], [3, 1])
  const F = B.tensor([0, 0, 1], [3, 1])
  const [z0, z1] = (await B.read(preconditionInput(B, moments)(x, level))) as unknown as [number, number]
  const [y0, y1, yF] = (await B.read(preconditionOutput(B, moments)(x, level, F))) as unknown as [number, number, number]
  return { shift: z0, scale: z1 - z0, offset: y0, skip: y1 - y0, out: yF - y0 }
}

describe('preconditioning', () => {
  it('makes X_t of mean 0 and variance 1', async () => {
    await fc.assert(
      fc.asyncProperty(levels, async (at) => {
        const { scale, shift } = await maps(at)
        const variance = (at.alpha * at.deviation) ** 2 + at.sigma ** 2
        // Differences of numbers of size |μ|/σ ≤ 5e3 lose that much of the rounding.
        expect(scale * scale * variance).toBeCloseTo(1, 9)
        expect(Math.abs(scale * at.alpha * at.mean + shift)).toBeLessThan(1e-10)
      }),
    )
  })

  it('splits the variance of the data: skip² q² + out² = s², and keeps their mean', async () => {
    await fc.assert(
      fc.asyncProperty(levels, async (at) => {
        const { skip, out, offset } = await maps(at)
        const variance = (at.alpha * at.deviation) ** 2 + at.sigma ** 2
        const rounding = 1e-12 * (10 + at.mean ** 2) * (1 + variance)
        expect(Math.abs(skip * skip * variance + out * out - at.deviation ** 2)).toBeLessThan(rounding)
        expect(Math.abs(offset + skip * at.alpha * at.mean - at.mean)).toBeLessThan(rounding)
        // What is left of the data is uncorrelated with X_t: Cov(X₀ − skip X_t, X_t) = α s² − skip q² = 0.
        expect(Math.abs(at.alpha * at.deviation ** 2 - skip * variance)).toBeLessThan(rounding * (1 + variance))
      }),
    )
  })

  it('is the constants of EDM, table 1, at α = 1', async () => {
    const [sigma, data] = [0.7, 0.5]
    const { scale, skip, out, offset, shift } = await maps({ alpha: 1, sigma, mean: 0, deviation: data })
    expect(scale).toBeCloseTo(1 / Math.sqrt(sigma ** 2 + data ** 2), 14)
    expect(skip).toBeCloseTo(data ** 2 / (sigma ** 2 + data ** 2), 14)
    expect(out).toBeCloseTo((sigma * data) / Math.sqrt(sigma ** 2 + data ** 2), 14)
    expect([offset, shift]).toEqual([0, 0])
  })

  it('is x at σ = 0, α = 1, whatever F says', async () => {
    const { skip, out, offset } = await maps({ alpha: 1, sigma: 0, mean: 2, deviation: 3 })
    expect(skip).toBeCloseTo(1, 15)
    expect(offset).toBeCloseTo(0, 15)
    expect(out).toBe(0)
  })
})

describe('momentsOf', () => {
  it('gives means per column and the root of the mean variance', () => {
    const data = fromRows([
      [1, 7],
      [3, 7],
    ])
    expect(momentsOf(data)).toEqual({ mean: [2, 7], deviation: Math.sqrt(0.5) })
  })

  it('moves and scales with the data', () => {
    const numbers = normalArray(key(1), 60)
    const [one, other] = [
      momentsOf(hostMatrix(numbers, 20, 3)),
      momentsOf(
        hostMatrix(
          numbers.map((x) => 5 - 2 * x),
          20,
          3,
        ),
      ),
    ]
    expect(other.deviation).toBeCloseTo(2 * one.deviation, 13)
    one.mean.forEach((mean, j) => expect(other.mean[j]).toBeCloseTo(5 - 2 * mean, 13))
  })

  it('refuses data without rows, without variance or with NaN', () => {
    expect(() => momentsOf(hostMatrix([], 0, 2))).toThrow(/without variance/)
    expect(() => momentsOf(fromRows([[1, 2]]))).toThrow(/without variance/)
    expect(() => momentsOf(fromRows([[1], [Number.NaN]]))).toThrow(expect.objectContaining({ _tag: 'NotFinite' }))
  })
})

describe('columnMoments', () => {
  it('refuses what does not fit', () => {
    expect(() => columnMoments('f', { deviation: [1, 2, 3] }, 2)).toThrow(/f: a deviation of 3 columns for 2/)
    expect(() => columnMoments('f', { mean: [1], deviation: 1 }, 2)).toThrow(/a mean of 1 columns for 2/)
    expect(() => columnMoments('f', { mean: Number.NaN, deviation: 1 }, 2)).toThrow(/mean NaN/)
    for (const deviation of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => columnMoments('f', { deviation: [1, deviation] }, 2)).toThrow(/deviation.*momentsOf/)
  })
})
