import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correlation } from '../testing/statistics.js'
import { fold, key, split } from './key.js'
import { normalArray } from './normal.js'
import { philox4x32 } from './philox.js'
import { uniformArray } from './uniform.js'

const seeds = fc.maxSafeNat()
const notWhole = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]

describe('key', () => {
  test('holds the 53 bits of its seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { high, low } = key(seed)
        expect(BigInt(high) * 2n ** 32n + BigInt(low)).toBe(BigInt(seed))
      }),
    )
  })

  test.each(notWhole)('refuses seed %d', (seed) => {
    expect(() => key(seed)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'key' }))
  })
})

describe('fold and split', () => {
  test('fold is pure and tells its numbers and its parents apart', () => {
    fc.assert(
      fc.property(seeds, seeds, seeds, (seed, a, b) => {
        expect(fold(key(seed), a)).toEqual(fold(key(seed), a))
        if (a !== b) {
          expect(fold(key(seed), a)).not.toEqual(fold(key(seed), b))
          expect(fold(key(a), seed)).not.toEqual(fold(key(b), seed))
        }
        expect(fold(key(seed), a)).not.toEqual(key(seed))
      }),
    )
  })

  test('split gives the folds 0, 1, … whatever their number; two by default', () => {
    fc.assert(
      fc.property(seeds, fc.nat(20), (seed, count) => {
        expect(split(key(seed), count)).toEqual(Array.from({ length: count }, (_, k) => fold(key(seed), k)))
      }),
    )
    expect(split(key(4))).toEqual(split(key(4), 2))
    expect(split(key(4), 0)).toEqual([])
  })

  test('fold takes all 53 bits of its number', () => {
    const bits = fc.integer({ min: 0, max: 52 })
    fc.assert(
      fc.property(seeds, seeds, bits, (seed, data, bit) => {
        const flipped = Number(BigInt(data) ^ (1n << BigInt(bit)))
        expect(fold(key(seed), flipped)).not.toEqual(fold(key(seed), data))
      }),
    )
  })

  test('a derived key is none of the blocks that its parent draws from', () => {
    const words = new Uint32Array(4)
    fc.assert(
      fc.property(seeds, seeds, (seed, data) => {
        const { high, low } = key(seed)
        philox4x32(words, 0, data >>> 0, Math.floor(data / 2 ** 32), 0, 0, low, high)
        expect(fold(key(seed), data)).not.toEqual({ low: words[0], high: words[1] })
      }),
    )
  })

  test('ten thousand derived keys are all different', () => {
    const keys = [...split(key(0), 5000), ...split(key(1), 5000)]
    expect(new Set(keys.map(({ high, low }) => `${high},${low}`)).size).toBe(10_000)
  })

  test('the streams of a key, its children and its grandchildren are uncorrelated', () => {
    const n = 20_000
    const parent = key(11)
    const family = [parent, ...split(parent, 3), fold(fold(parent, 0), 0), key(12)].map((k) => normalArray(k, n))
    family.forEach((a, i) => {
      for (const b of family.slice(i + 1)) {
        // The standard deviation of a correlation of independent normals is 1/√n; five of them.
        expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(n))
        // The next draw of one against this draw of the other.
        expect(Math.abs(correlation(a.subarray(1), b.subarray(0, n - 1)))).toBeLessThan(5 / Math.sqrt(n - 1))
      }
    })
  })

  test('a derived key has not the bits of a draw', () => {
    const draws = new Set(Array.from(uniformArray(key(3), 4000)))
    for (const child of split(key(3), 200)) for (const u of uniformArray(child, 20)) expect(draws.has(u)).toBe(false)
  })

  test.each(notWhole)('refuse %d', (bad) => {
    expect(() => fold(key(0), bad)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'fold' }))
    expect(() => split(key(0), bad)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'split' }))
  })
})
