import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { B } from '../testing/test-problems.js'
import { odeTerm, sdeTerm } from './ode-term.js'
import { semiLinear } from './semi-linear.js'
import { isSde } from './term.js'
import { velocity } from './velocity.js'

const time = fc.double({ min: 0.1, max: 3, noNaN: true })

describe('semiLinear', () => {
  it('computes propagator, weight and noise by quadrature where they are not given', () => {
    // linear = −3/t: propagator (t/s)³; gain = t: weight ∫ (u/s)³ u du = (s⁵ − t⁵)/(5 s³); diffusion = 1: noise² = |s⁷ − t⁷|/(7 s⁶).
    const term = semiLinear(B, { linear: (t) => -3 / t, gain: (t) => t, nonlinear: (x) => x, diffusion: () => 1 })
    expect(isSde(term)).toBe(true)
    fc.assert(
      fc.property(time, time, (t, s) => {
        expect(term.propagator(t, s) / (t / s) ** 3).toBeCloseTo(1, 10)
        const weight = (s ** 5 - t ** 5) / (5 * s ** 3)
        expect(Math.abs(term.weight(t, s) - weight)).toBeLessThanOrEqual(1e-10 * (Math.abs(weight) + s * s))
        const variance = Math.abs(s ** 7 - t ** 7) / (7 * s ** 6)
        expect(Math.abs(term.noise(t, s) ** 2 - variance)).toBeLessThanOrEqual(1e-10 * (variance + s))
      }),
      { numRuns: 50 },
    )
  })

  it('keeps what is given', () => {
    const term = semiLinear(B, {
      name: 'mine',
      linear: () => 1,
      nonlinear: (x) => x,
      propagator: () => 7,
      weight: () => 8,
      timeRange: [0, 1],
    })
    expect([term.name, term.propagator(1, 0), term.weight(1, 0), term.timeRange, isSde(term)]).toEqual(['mine', 7, 8, [0, 1], false])
  })

  it('names the coefficient whose integral does not converge', () => {
    const term = semiLinear(B, { name: 'mine', linear: (t) => 1 / t, nonlinear: (x) => x })
    expect(() => term.propagator(1, 0)).toThrow(/mine, linear: its integral from 1 to 0 does not converge/)
  })
})

describe('odeTerm and sdeTerm', () => {
  it('have no linear part', async () => {
    const term = odeTerm(B, (x, t) => B.mul(x, t))
    expect([term.linear(0.3), term.gain(0.3), term.propagator(1, 0.2), isSde(term)]).toEqual([0, 1, 1, false])
    expect(term.weight(1, 0.25)).toBe(-0.75)
    expect(await B.read(velocity(term)(B.tensor([2, 3], [2, 1]), 5))).toEqual(Float64Array.of(10, 15))
  })

  it('integrate the noise: diffusion = t over [s, t] has variance (t³ − s³)/3', () => {
    const term = sdeTerm(
      B,
      (x) => x,
      (t) => t,
    )
    expect(term.noise(2, 0.5) ** 2).toBeCloseTo((8 - 0.125) / 3, 12)
  })
})

describe('velocity', () => {
  it('adds linear and nonlinear part and leaves no tensor but its result', async () => {
    const term = semiLinear(B, { linear: (t) => 2 * t, gain: () => 3, nonlinear: (x) => B.square(x) })
    const x = B.tensor([1, -2], [1, 2])
    const before = B.liveTensors()
    const v = velocity(term)(x, 0.5)
    expect(B.liveTensors() - before).toBe(1)
    expect(await B.read(v)).toEqual(Float64Array.of(4, 10))
  })
})
