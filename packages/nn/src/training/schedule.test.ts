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

  it('cosineDecay falls at every step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(499), (steps, step) => {
        const rate = cosineDecay(0.5, steps)
        expect(rate(step + 2)).toBeLessThanOrEqual(rate(step + 1))
        expect(rate(step + 1)).toBeGreaterThanOrEqual(0)
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
