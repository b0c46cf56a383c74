import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { integrate } from './quadrature.js'

describe('integrate', () => {
  it('is exact for polynomials up to degree 22, in both directions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 22 }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (n, a, b) => {
          const exact = (b ** (n + 1) - a ** (n + 1)) / (n + 1)
          // The rule has rounding relative to ∫|f|, which is below 4·2^n.
          expect(Math.abs(integrate((u) => u ** n, a, b, 'x^n') - exact)).toBeLessThanOrEqual(1e-14 * 4 * 2 ** n)
        },
      ),
    )
  })

  it('takes smooth, peaked and endpoint-singular functions', () => {
    expect(integrate(Math.exp, -1, 3, 'exp')).toBeCloseTo(Math.exp(3) - Math.exp(-1), 12)
    expect(integrate((u) => 1 / (1e-4 + u * u), -1, 1, 'peak')).toBeCloseTo(200 * Math.atan(100), 8)
    expect(integrate((u) => 1 / Math.sqrt(u), 0, 1, 'root')).toBeCloseTo(2, 10)
    expect(integrate((u) => Math.log(u), 0, 1, 'log')).toBeCloseTo(-1, 11)
    expect(integrate(() => Number.NaN, 1, 1, 'empty')).toBe(0)
  })

  it('refuses what does not converge, naming it', () => {
    expect(() => integrate((u) => 1 / u, 1, 0, 'my term, linear')).toThrow(/my term, linear.*does not converge near/)
    expect(() => integrate((u) => Math.sin(1e12 * u) + Math.sin(3e14 * u * u), 0, 1, 'wild')).toThrow(/does not converge/)
    expect(() => integrate(() => Number.NaN, 0, 1, 'nan')).toThrow(/does not converge/)
    expect(() => integrate(() => Number.POSITIVE_INFINITY, 0, 1, 'infinite')).toThrow(/does not converge/)
  })
})
