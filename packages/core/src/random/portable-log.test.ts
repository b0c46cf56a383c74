import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { portableLog } from './portable-log.js'

/** Distance in units in the last place of the expected value. */
const unitsApart = (value: number, expected: number): number => {
  if (value === expected) return 0
  const [, exponent] = /e([+-]\d+)$/.exec(expected.toExponential()) as unknown as [string, string]
  const binary = Math.floor(Math.log2(Math.abs(expected) || Number(`1e${exponent}`)))
  return Math.abs(value - expected) / 2 ** (binary - 52)
}

describe('portableLog', () => {
  test('is within two units in the last place of Math.log', () => {
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(unitsApart(portableLog(x), Math.log(x))).toBeLessThanOrEqual(2)
      }),
      { numRuns: 5000 },
    )
  })

  test('is so on (0, 1), where the quantile uses it, and around 1, where the logarithm vanishes', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-17, max: 1, noNaN: true }), fc.integer({ min: -1000, max: 1000 }), (x, k) => {
        expect(unitsApart(portableLog(x), Math.log(x))).toBeLessThanOrEqual(2)
        const near = 1 + k * 2 ** -50
        expect(unitsApart(portableLog(near), Math.log(near))).toBeLessThanOrEqual(2)
      }),
      { numRuns: 5000 },
    )
  })

  test('is exact where the logarithm is, and right at the ends', () => {
    expect(portableLog(1)).toBe(0)
    for (const x of [2, 0.5, Math.SQRT1_2, Math.SQRT2, 5e-324, 2 ** -1022, Number.MAX_VALUE])
      expect(unitsApart(portableLog(x), Math.log(x))).toBeLessThanOrEqual(1)
  })
})
