import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compensatedDot, compensatedSum, over, plus, times, twoProduct, twoSum } from './exact.js'
import { formatOf, ulp } from './format.js'

/** A double as a whole number of 2⁻¹⁶⁰ (its exponent is small enough here). */
const SHIFT = 160
const whole = (x: number): bigint => {
  const scaled = x * 2 ** 80
  const high = Math.trunc(scaled)
  return (BigInt(high) << 80n) + BigInt((scaled - high) * 2 ** 80)
}
const numbers = fc.double({ min: -1000, max: 1000, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-9)

describe('arithmetic with twice the digits', () => {
  test('sums and products are exact with their rounding errors', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [sum, low] = twoSum(a, b)
        expect(whole(sum) + whole(low)).toBe(whole(a) + whole(b))
        const [product, rest] = twoProduct(a, b)
        expect((whole(product) + whole(rest)) << BigInt(SHIFT)).toBe(whole(a) * whole(b))
      }),
    )
  })

  test('a chain of operations keeps about 30 digits', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, c) => {
        fc.pre(c !== 0)
        // (a + b) · c / c − b = a
        const [high, low] = plus(over(times(twoSum(a, b), [c, 0]), [c, 0]), [-b, 0])
        expect(Math.abs(high - a + low)).toBeLessThanOrEqual(1e-28 * (Math.abs(a) + Math.abs(b)))
      }),
    )
  })

  test('compensated sums and products are rounded about once', () => {
    const arrays = fc.array(fc.tuple(numbers, numbers), { maxLength: 50 })
    fc.assert(
      fc.property(arrays, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
        const exactSum = a.reduce((sum, x) => sum + whole(x), 0n)
        const exactDot = a.reduce((sum, x, k) => sum + whole(x) * whole(b[k] as number), 0n)
        // The error of the compensation is n² ε² Σ|x|: nothing beside one rounding unless all but everything cancels.
        const [size, product] = [a.reduce((s, x) => s + Math.abs(x), 0), a.reduce((s, x, k) => s + Math.abs(x * (b[k] as number)), 0)]
        const sum = compensatedSum(a)
        expect(Math.abs(Number(whole(sum) - exactSum) / 2 ** SHIFT)).toBeLessThanOrEqual(Math.abs(sum) * 2 ** -52 + 1e-28 * size)
        const dot = compensatedDot(a, b)
        expect(Math.abs(Number((whole(dot) << BigInt(SHIFT)) - exactDot) / 2 ** (2 * SHIFT))).toBeLessThanOrEqual(
          Math.abs(dot) * 2 ** -52 + 1e-28 * product,
        )
      }),
    )
  })

  test('sums have the infinities and NaN of IEEE 754', () => {
    const infinity = Number.POSITIVE_INFINITY
    expect([compensatedSum([infinity, 1]), compensatedSum([infinity, -infinity]), compensatedSum([Number.NaN, infinity])]).toEqual([
      infinity,
      Number.NaN,
      Number.NaN,
    ])
  })
})

describe('units in the last place', () => {
  test('are the distance to the next number', () => {
    const [double, single] = [formatOf('float64'), formatOf('float32')]
    const words = new Float32Array(1)
    const bits = new Uint32Array(words.buffer)
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: 0, max: Math.fround(1e38) }), (x) => {
        words[0] = x
        bits[0] = (bits[0] as number) + 1
        expect(ulp(single, x)).toBe((words[0] as number) - x)
      }),
    )
    expect([ulp(double, 1), ulp(double, 0.999), ulp(double, 0), ulp(double, Number.POSITIVE_INFINITY)]).toEqual([
      2 ** -52,
      2 ** -53,
      5e-324,
      2 ** 971,
    ])
  })
})
