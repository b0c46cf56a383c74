import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adaptive } from './control.js'
import { afterAccepted, afterRejected, type Pace } from './pace.js'

const of = (controller: 'I' | 'PI' | 'PID') => adaptive({ rtol: 1e-6, atol: 1e-9, controller })
const controllers = fc.constantFrom('I' as const, 'PI' as const, 'PID' as const)
const sizes = fc.double({ min: 1e-6, max: 1e3, noNaN: true })
const start = (size: number): Pace => ({ size, history: [], rejected: false })

describe('step-size control', () => {
  it('finds the step that the error asks for, wherever it starts, and stays there', () => {
    // The error of a step is C h^k: the fixed point is safety^(1/Σβ) C^(−1/k), by setting the filter's factor to 1.
    fc.assert(
      fc.property(controllers, sizes, sizes, fc.integer({ min: 2, max: 8 }), (name, size, scale, power) => {
        const settings = of(name)
        let pace = start(size)
        for (let step = 0; step < 300; step++) {
          const error = (pace.size / scale) ** power
          const trial = { error, size: pace.size, cut: false }
          pace = error <= 1 ? afterAccepted(settings, power, pace, trial) : afterRejected(settings, power, pace, trial)
        }
        const gain = settings.coefficients.beta.reduce((sum, beta) => sum + beta, 0)
        const fixed = Math.max(settings.safety ** (1 / gain), 1e-4 ** (1 / power))
        expect(pace.size / scale).toBeCloseTo(fixed, 2)
      }),
      { numRuns: 60 },
    )
  })

  it('is the textbook formula of one error, and of two', () => {
    // Hairer, Nørsett & Wanner I, eq. II.4.13; Hairer & Wanner II, §IV.2, with exponents 0.7/k and 0.4/k.
    const first = afterAccepted(of('I'), 4, start(0.1), { error: 0.5, size: 0.1, cut: false })
    expect(first.size).toBeCloseTo(0.1 * 0.9 * 0.5 ** (-1 / 4), 14)
    const second = afterAccepted(of('PI'), 4, first, { error: 0.2, size: first.size, cut: false })
    expect(second.size).toBeCloseTo(first.size * 0.9 * 0.2 ** (-0.7 / 4) * 0.5 ** (0.4 / 4), 14)
    const b = 4
    const h211b = adaptive({ rtol: 1e-6, atol: 0, controller: { beta: [1 / b, 1 / b], alpha: [1 / b] } })
    const third = afterAccepted(h211b, 3, { ...start(0.2), history: [{ error: 0.5, size: 0.1 }] }, { error: 0.25, size: 0.2, cut: false })
    expect(third.size).toBeCloseTo(0.2 * 0.9 * 0.25 ** (-1 / 12) * 0.5 ** (-1 / 12) * 2 ** (-1 / 4), 14)
  })

  it('keeps to the limits of the factor, does not grow after a rejection, and shrinks by a rejection', () => {
    fc.assert(
      fc.property(
        controllers,
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1.001, max: 1e300 }),
        (name, size, low, high) => {
          const settings = of(name)
          const accepted = afterAccepted(settings, 5, start(size), { error: low, size, cut: false })
          expect(accepted.size).toBeLessThanOrEqual(5 * size * (1 + 1e-15))
          expect(accepted.size).toBeGreaterThanOrEqual(0.2 * size * (1 - 1e-15))
          for (const error of [high, Number.NaN, Number.POSITIVE_INFINITY]) {
            const rejected = afterRejected(settings, 5, start(size), { error, size })
            expect(rejected.size).toBeLessThanOrEqual(0.9 * size)
            expect(rejected.size).toBeGreaterThanOrEqual(0.2 * size * (1 - 1e-15))
            const after = afterAccepted(settings, 5, rejected, { error: low, size: rejected.size, cut: false })
            expect(after.size).toBeLessThanOrEqual(rejected.size)
            expect(after.rejected).toBe(false)
          }
        },
      ),
    )
  })

  it('does not learn from a step that was cut short', () => {
    const pace: Pace = { size: 1, history: [{ error: 0.7, size: 0.9 }], rejected: false }
    expect(afterAccepted(of('PI'), 4, pace, { error: 1e-12, size: 1e-3, cut: true })).toEqual(pace)
  })
})
