import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chiSquareUniform } from '../testing/statistics.js'
import { choiceWithoutReplacement, choiceWithReplacement, permutation } from './choice.js'
import { fold, key } from './key.js'

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('permutation and choice', () => {
  test('a permutation has every number once; a choice without replacement is its beginning', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(60), fc.nat(60), (seed, count, part) => {
        const order = permutation(key(seed), count)
        expect([...order].sort((a, b) => a - b)).toEqual(range(count))
        const size = Math.min(part, count)
        const chosen = choiceWithoutReplacement(key(seed), count, size)
        expect(chosen).toEqual(order.slice(0, size))
        expect(new Set(chosen).size).toBe(size)
      }),
    )
  })

  test('a choice with replacement is below its count, and any part of it can be had alone', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 1000 }), fc.nat(30), fc.nat(30), (seed, count, size, first) => {
        const whole = choiceWithReplacement(key(seed), count, first + size)
        for (const index of whole) expect(index).toBeLessThan(count)
        expect(choiceWithReplacement(key(seed), count, size, first)).toEqual(whole.slice(first))
      }),
    )
  })

  test('a permutation leaves one element in its place on average, whatever their number', () => {
    const draws = 500
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 2, max: 12 }), (seed, count) => {
        const orders = Array.from({ length: draws }, (_, k) => permutation(fold(key(seed), k), count))
        const fixed = orders.reduce((sum, order) => sum + order.filter((at, i) => at === i).length, 0)
        // Mean and variance of the number of fixed points are both 1. Seven standard errors, in 40 runs: wrong once in 1e10.
        expect(Math.abs(fixed / draws - 1)).toBeLessThan(7 / Math.sqrt(draws))
      }),
      { numRuns: 40 },
    )
  })

  test('every permutation of four is as likely, and so is every choice of one in ten, at level 0.001', () => {
    const orders = new Map<string, number>()
    for (let k = 0; k < 24_000; k++) {
      const name = permutation(fold(key(5), k), 4).join('')
      orders.set(name, (orders.get(name) ?? 0) + 1)
    }
    expect(orders.size).toBe(24)
    // The 0.999 quantiles of χ² with 23 and 9 degrees of freedom are 49.73 and 27.88.
    expect(chiSquareUniform([...orders.values()])).toBeLessThan(49.73)
    const counts = new Array<number>(10).fill(0)
    for (const index of choiceWithReplacement(key(6), 10, 50_000)) counts[index] = (counts[index] as number) + 1
    expect(chiSquareUniform(counts)).toBeLessThan(27.88)
  })

  test('what cannot be chosen is refused', () => {
    const invalid = (where: string) => expect.objectContaining({ _tag: 'InvalidArgument', where })
    expect(() => choiceWithoutReplacement(key(0), 3, 4)).toThrow(invalid('choiceWithoutReplacement'))
    expect(() => choiceWithoutReplacement(key(0), 3, -1)).toThrow(invalid('choiceWithoutReplacement'))
    expect(() => choiceWithoutReplacement(key(0), 3, Number.NaN)).toThrow(invalid('choiceWithoutReplacement'))
    expect(() => choiceWithReplacement(key(0), 0, 1)).toThrow(invalid('choiceWithReplacement'))
    expect(() => permutation(key(0), -1)).toThrow(invalid('permutation'))
    expect([...choiceWithReplacement(key(0), 0, 0)]).toEqual([])
  })
})
