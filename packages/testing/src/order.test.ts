import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measureOrder, orderOf } from './order.js'

describe('measureOrder', () => {
  test('finds the exponent of a power law exactly', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 8, noNaN: true }), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (order, constant) => {
        const measured = measureOrder((steps) => constant * steps ** -order, [10, 20, 40, 80])
        expect(measured.order).toBeCloseTo(order, 10)
        expect(measured.errors).toHaveLength(4)
      }),
    )
  })

  test('measures Euler as 1 and the midpoint rule as 2 on x′ = −x', () => {
    const euler = (steps: number): number => Math.abs((1 - 1 / steps) ** steps - Math.exp(-1))
    const midpoint = (steps: number): number => Math.abs((1 - 1 / steps + 0.5 / steps ** 2) ** steps - Math.exp(-1))
    // The next term of the error expansion is 1/steps of the leading one.
    expect(Math.abs(measureOrder(euler, [32, 64, 128, 256]).order - 1)).toBeLessThan(0.02)
    expect(Math.abs(measureOrder(midpoint, [32, 64, 128, 256]).order - 2)).toBeLessThan(0.02)
  })

  test('refuses what has no slope', () => {
    const invalid = expect.objectContaining({ _tag: 'InvalidArgument', where: 'orderOf' })
    expect(() => measureOrder(() => 1, [10])).toThrow(invalid)
    expect(() => measureOrder(() => 1, [10, 10])).toThrow(invalid)
    expect(() => measureOrder(() => 1, [0, 10])).toThrow(invalid)
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => measureOrder(() => bad, [10, 20])).toThrow(invalid)
    expect(() => orderOf([10, 20], [1])).toThrow(invalid)
  })
})
