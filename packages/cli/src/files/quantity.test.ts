import fc from 'fast-check'
import { expect, test } from 'vitest'
import { duration, shortCount } from './quantity.js'

test.each([
  [0, '0'],
  [7, '7'],
  [0.5, '0.5'],
  [0.0123, '0.01'],
  [3.12, '3.1'],
  [12.6, '13'],
  [950, '950'],
  [999.4, '999'],
  [999.6, '1.0k'],
  [1000, '1.0k'],
  [1234, '1.2k'],
  [37283, '37k'],
  [999_600, '1.0M'],
  [3_400_000, '3.4M'],
  [2.5e9, '2.5G'],
  [Number.NaN, '?'],
])('%d is %s', (count, text) => expect(shortCount(count)).toBe(text))

test.each([
  [0, '0.0 s'],
  [0.44, '0.4 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [3599.7, '1 h'],
  [7500, '2 h 5 min'],
  [86_400, '1 d'],
  [100_000, '1 d 4 h'],
  [Number.POSITIVE_INFINITY, '?'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text))

test('a short count is within 7 % of the count, and short', () =>
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (count) => {
      const text = shortCount(count)
      const scale = { k: 1e3, M: 1e6, G: 1e9 }[text.slice(-1)] ?? 1
      // One decimal below 10 is off by at most 0.05; a whole number above by at most 0.5 of 10.
      expect(Math.abs(Number.parseFloat(text) * scale - count) / count).toBeLessThan(0.07)
      expect(text.length).toBeLessThanOrEqual(5)
    }),
  ))
