import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pick, RATIOS } from './choose.js'
import type { Tried } from './tried.js'

let made = 0
/** Each with a spread of its own, by which it is told. */
const tried = (accuracy: number, ratio: number | null, standardError = 0.01): Tried => ({
  spread: ++made,
  step: 'network',
  accuracy,
  standardError,
  ratio,
})
const picked = (...list: Tried[]): number => list.findIndex(({ spread }) => spread === pick(list).spread)

describe('pick', () => {
  test('a ratio within the bounds comes before a better accuracy', () =>
    expect(picked(tried(0.5, 0.7), tried(0.6, 1.1), tried(0.5, 1.5))).toBe(1))
  test('the least accuracy, where the next is more than a standard error away', () =>
    expect(picked(tried(0.56, 1), tried(0.52, 1.15), tried(0.54, 1))).toBe(1))
  test('within one standard error of the least, the smallest ratio', () =>
    expect(picked(tried(0.52, 1.15), tried(0.525, 1.02), tried(0.5299, 1.1), tried(0.54, 1))).toBe(1))
  test('the standard error that counts is that of the least', () => expect(picked(tried(0.52, 1.15, 0.001), tried(0.525, 1, 0.1))).toBe(0))
  test('no ratio within the bounds: the nearest to them', () => {
    expect(picked(tried(0.5, 0.5), tried(0.7, 0.9), tried(0.5, 1.5))).toBe(1)
    expect(picked(tried(0.5, 0.5), tried(0.7, RATIOS[1] + 0.1))).toBe(1)
  })
  test('a table without a ratio is judged by the accuracy, within it the first', () =>
    expect(picked(tried(0.55, null), tried(0.525, null), tried(0.52, null))).toBe(1))
  test('of equals the first', () => expect(picked(tried(0.52, 1), tried(0.52, 1))).toBe(0))
  test('one is chosen as it is, with its step', () =>
    expect(pick([{ spread: 0.5, step: 0.1, accuracy: 0.9, standardError: 0.1, ratio: 7 }])).toEqual({ spread: 0.5, step: 0.1 }))

  test('is always one of the list, within the bounds where one is, and never beaten there by more than its standard error', () => {
    const one = fc.record({
      spread: fc.double({ min: 0, max: 1, noNaN: true }),
      step: fc.oneof(fc.constant('network' as const), fc.double({ min: 0.01, max: 1, noNaN: true })),
      accuracy: fc.double({ min: 0.4, max: 1, noNaN: true }),
      standardError: fc.double({ min: 0.001, max: 0.05, noNaN: true }),
      ratio: fc.option(fc.double({ min: 0.3, max: 2, noNaN: true })),
    })
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (list) => {
        const { spread, step } = pick(list)
        const chosen = list.find((each) => each.spread === spread && each.step === step) as Tried
        const inside = list.filter(({ ratio }) => ratio === null || (ratio >= RATIOS[0] && ratio <= RATIOS[1]))
        expect(chosen).toBeDefined()
        if (inside.length === 0) return
        const least = inside.reduce((best, each) => (each.accuracy < best.accuracy ? each : best))
        expect(inside.some((each) => each.spread === spread && each.step === step)).toBe(true)
        expect(
          Math.min(...inside.filter((each) => each.spread === spread && each.step === step).map((each) => each.accuracy)),
        ).toBeLessThanOrEqual(least.accuracy + least.standardError)
      }),
    )
  })
})
