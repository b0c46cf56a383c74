import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constant, cosineDecay, stepDecay, warmUp } from './schedule.js'

describe('schedules', () => {
  it('constant', () => expect([1, 10, 1e6].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]))

  it('stepDecay halves as paper A does: after 5,000, 10,000 and 12,000 steps', () => {
    const rate = stepDecay(2e-3, [5000, 10000, 12000])
    expect([1, 5000, 5001, 10000, 10001, 12000, 12001, 20000].map(rate)).toEqual([2e-3, 2e-3, 1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4])
    expect(stepDecay(1, [2], { factor: 0.1 })(3)).toBe(0.1)
  })

  it('cosineDecay begins at the rate, is half way in the middle, ends at the floor and stays there', () => {
    const rate = cosineDecay(1, 100, { floor: 0.2 })
    expect(rate(1)).toBe(1)
    expect(rate(51)).toBeCloseTo(0.6, 15)
    expect([101, 102, 1000].map(rate)).toEqual([0.2, 0.2, 0.2])
  })

  it('stepDecay changes right after each of its steps, by the factor, and nowhere else', () => {
    const after = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(after, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (steps, factor) => {
        const rate = stepDecay(2, steps, { factor })
        expect(rate(1)).toBe(2)
        for (let step = 1; step <= 41; step++) expect(rate(step + 1) / rate(step)).toBeCloseTo(steps.includes(step) ? factor : 1, 13)
      }),
    )
  })

  it('cosineDecay is half a turn of a cosine: point-symmetric about its middle, from the rate to the floor', () => {
    const part = fc.nat(100).map((k) => k / 100)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), part, (steps, at, floor) => {
        const rate = cosineDecay(1, steps, { floor })
        const k = at % (steps + 1)
        expect(rate(1 + k) + rate(1 + steps - k)).toBeCloseTo(1 + floor, 13)
        expect(rate(1)).toBe(1)
        // A third of the way a cosine is at ½, three quarters between the floor and the rate.
        if (steps % 3 === 0) expect(rate(1 + steps / 3)).toBeCloseTo(floor + 0.75 * (1 - floor), 13)
      }),
    )
  })

  it('cosineDecay falls at every step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(499), (steps, step) => {
        const rate = cosineDecay(0.5, steps)
        expect(rate(step + 2)).toBeLessThanOrEqual(rate(step + 1))
        expect(rate(step + 1)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('warmUp is a straight line through the origin up to its steps, and the schedule from there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 100 }), (steps, step) => {
        expect(warmUp(steps, 3)(step)).toBeCloseTo(step < steps ? (3 * step) / steps : 3, 13)
      }),
    )
  })

  it('warmUp rises in proportion to the step, then follows', () => {
    expect([1, 2, 4, 5, 100].map(warmUp(4, 0.8))).toEqual([0.2, 0.4, 0.8, 0.8, 0.8])
    expect([1, 2, 3, 4].map(warmUp(2, stepDecay(1, [3])))).toEqual([0.5, 1, 1, 0.5])
  })

  it('refuses rates and steps that mean nothing', () => {
    expect(() => constant(-1)).toThrow(/rate -1/)
    expect(() => constant(Number.NaN)).toThrow(/NaN/)
    expect(() => cosineDecay(1, 0)).toThrow(/0 steps/)
    expect(() => warmUp(1.5, 1)).toThrow(/1.5 steps/)
    expect(() => stepDecay(1, [0])).toThrow(/0 steps/)
  })
})
