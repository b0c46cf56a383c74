import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erf } from '../cpu/erf.js'
import { kolmogorovSmirnov, kolmogorovSmirnovBound, mean, moment } from '../testing/statistics.js'
import { inverseNormal } from './inverse-normal.js'
import { key } from './key.js'
import { normalArray } from './normal.js'
import { uniformArray } from './uniform.js'

describe('normalArray', () => {
  test('is the quantile of the uniform stream, part by part', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(20), fc.nat(2 ** 33), (seed, count, first) => {
        expect(normalArray(key(seed), count, first)).toEqual(uniformArray(key(seed), count, first).map(inverseNormal))
      }),
    )
  })

  const n = 100_000
  const sample = normalArray(key(99), n)

  test('has the moments of a standard normal, within five standard errors', () => {
    // Var of the mean of x^k is (μ_2k − μ_k²)/n: 1, 2, 15 and 96.
    expect(Math.abs(mean(sample))).toBeLessThan(5 * Math.sqrt(1 / n))
    expect(Math.abs(moment(sample, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
    expect(Math.abs(moment(sample, 3))).toBeLessThan(5 * Math.sqrt(15 / n))
    expect(Math.abs(moment(sample, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n))
  })

  test('passes Kolmogorov–Smirnov at level 0.001', () => {
    expect(kolmogorovSmirnov(sample, (x) => 0.5 * (1 + erf(x * Math.SQRT1_2)))).toBeLessThan(kolmogorovSmirnovBound(1e-3, n))
  })

  test('keeps its bits', () => {
    // A change of these breaks every recorded seed: it is a breaking change.
    expect([...normalArray(key(0), 2)]).toEqual([...uniformArray(key(0), 2)].map(inverseNormal))
    expect([...uniformArray(key(0), 1)]).toEqual([(Math.floor(0x6627e8d5 / 64) * 2 ** 26 + Math.floor(0xe169c58d / 64) + 0.5) / 2 ** 52])
  })
})
