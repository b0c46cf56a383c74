import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chiSquareUniform, correlation, kolmogorovSmirnov, kolmogorovSmirnovBound, mean, moment } from '../testing/statistics.js'
import { key } from './key.js'
import { normalArray } from './normal.js'
import { philox4x32 } from './philox.js'
import { uniformArray } from './uniform.js'

const seeds = fc.maxSafeNat()

describe('uniformArray', () => {
  test('any part of the stream can be had alone', () => {
    fc.assert(
      fc.property(seeds, fc.nat(40), fc.nat(40), fc.nat(2 ** 40), (seed, skip, count, base) => {
        const whole = uniformArray(key(seed), skip + count, base)
        expect(uniformArray(key(seed), count, base + skip)).toEqual(whole.slice(skip))
      }),
    )
  })

  test('chunks of any sizes join to the stream', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(7), { maxLength: 12 }), (seed, sizes) => {
        let first = 0
        const chunks = sizes.map((size) => {
          const chunk = uniformArray(key(seed), size, first)
          first += size
          return [...chunk]
        })
        expect(chunks.flat()).toEqual([...uniformArray(key(seed), first)])
      }),
    )
  })

  test('number e is made of two words of Philox block ⌊e/2⌋, the whole counter included', () => {
    fc.assert(
      fc.property(seeds, fc.maxSafeNat(), (seed, e) => {
        const words = new Uint32Array(4)
        const block = BigInt(e) / 2n
        const { high, low } = key(seed)
        philox4x32(words, 0, Number(block & 0xffffffffn), Number(block >> 32n), 0, 0, low, high)
        const [a, b] = e % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]]
        const bits = ((BigInt(a as number) >> 6n) << 26n) | (BigInt(b as number) >> 6n)
        expect(uniformArray(key(seed), 1, e)[0]).toBe((Number(bits) + 0.5) / 2 ** 52)
      }),
    )
  })

  const sample = uniformArray(key(2024), 100_000)

  test('lies strictly between 0 and 1', () => {
    expect(Math.min(...sample.subarray(0, 50_000))).toBeGreaterThan(0)
    expect(Math.max(...sample.subarray(0, 50_000))).toBeLessThan(1)
    // The extremes that the formula can give, which no sample would show.
    const extreme = (bits: number): number => (bits + 0.5) / 2 ** 52
    expect([extreme(0), 1 - extreme(2 ** 52 - 1)]).toEqual([2 ** -53, 2 ** -53])
  })

  test('has the moments of a uniform law, within five standard errors', () => {
    const n = sample.length
    expect(Math.abs(mean(sample) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n))
    expect(Math.abs(moment(sample, 2, 0.5) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n))
  })

  test('passes Kolmogorov–Smirnov and χ² at level 0.001', () => {
    expect(kolmogorovSmirnov(sample, (x) => x)).toBeLessThan(kolmogorovSmirnovBound(1e-3, sample.length))
    const counts = new Uint32Array(100)
    for (const u of sample) {
      const cell = Math.floor(u * 100)
      counts[cell] = (counts[cell] as number) + 1
    }
    // The 0.999 quantile of χ² with 99 degrees of freedom is 148.23.
    expect(chiSquareUniform(counts)).toBeLessThan(148.23)
  })

  test('neighbours are uncorrelated, and so are the low bits', () => {
    const n = sample.length
    for (const lag of [1, 2, 3])
      expect(Math.abs(correlation(sample.subarray(lag), sample.subarray(0, n - lag)))).toBeLessThan(5 / Math.sqrt(n - lag))
    const low = sample.map((u) => (u * 2 ** 20) % 1)
    expect(kolmogorovSmirnov(low, (x) => x)).toBeLessThan(kolmogorovSmirnovBound(1e-3, n))
  })

  test.each([-1, 0.5, Number.NaN])('refuses a count or a first of %d', (bad) => {
    for (const draw of [uniformArray, normalArray]) {
      expect(() => draw(key(0), bad)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
      expect(() => draw(key(0), 2, bad)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    }
  })
})
