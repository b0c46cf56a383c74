import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { integrate } from '../../term/quadrature.js'
import { interpolatoryWeights } from './interpolate.js'
import { phi, phiMoments } from './phi.js'

const reals = (low: number, high: number) => fc.integer({ min: low * 1000, max: high * 1000 }).map((k) => k / 1000)
const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
/** ∫₀¹ e^((1 − θ) z) θ^n dθ. */
const integral = (z: number, n: number): number => integrate((u) => Math.exp((1 - u) * z) * u ** n, 0, 1, 'φ')

describe('phi', () => {
  it('is the integral that defines it, for small, middling and large z of either sign', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.oneof(reals(-4, 4), reals(-40, 40), fc.constantFrom(0, 1e-9, -1e-9, 1e-300)),
        (k, z) => {
          // 12 digits from the quadrature.
          expect(phi(k, z) / (integral(z, k - 1) / factorial(k - 1))).toBeCloseTo(1, 11)
        },
      ),
    )
  })

  it('is 1/k! at 0, the exponential for k = 0, and goes through the switch of its two forms', () => {
    for (let k = 0; k <= 6; k++) {
      expect(phi(k, 0)).toBeCloseTo(1 / factorial(k), 15)
      for (const z of [-3, 3]) {
        const [below, above] = [phi(k, z * (1 - 1e-14)), phi(k, z * (1 + 1e-14))]
        // The slope over 6e-14 is below 1e-13; the recurrence loses k!/3^k, at most 1, of 16 digits per step.
        expect(Math.abs(above / below - 1)).toBeLessThan(1e-12)
      }
    }
    expect(phi(0, 2)).toBe(Math.exp(2))
    expect(phi(2, -1)).toBeCloseTo(Math.exp(-1), 15)
  })

  it('has the derivative that the series gives, φ_k′ = φ_k − k φ_(k+1)', () => {
    // Under the integral: d/dz e^((1−θ)z) = (1 − θ) e^((1−θ)z), and θ·θ^(k−1)/(k−1)! = k·θ^k/k!.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), reals(-8, 8), (k, z) => {
        const h = 1e-4
        const slope = (phi(k, z + h) - phi(k, z - h)) / (2 * h)
        // Truncation h²/6 φ‴ and rounding 1e-16/h, relative to φ.
        expect(Math.abs(slope - (phi(k, z) - k * phi(k + 1, z)))).toBeLessThan(1e-7 * phi(k, z))
      }),
    )
  })
})

describe('phiMoments', () => {
  it('are the moments of e^((1 − θ) z) on [0, 1]', () => {
    fc.assert(
      fc.property(fc.oneof(reals(-4, 4), reals(-60, 60)), (z) => {
        for (const [j, moment] of phiMoments(z, 5).entries()) expect(moment / (integral(z, j) / integral(z, 0))).toBeCloseTo(1, 10)
      }),
    )
  })

  it('neither overflow nor cancel: near 1 where all weight is at the end, j!/z^j where it is at the start', () => {
    expect(phiMoments(-1e6, 4).every((moment) => moment <= 1 && moment > 1 - 1e-5)).toBe(true)
    for (const [j, moment] of phiMoments(1e3, 4).entries()) expect(moment * 1e3 ** j).toBeCloseTo(factorial(j), 10)
  })
})

describe('interpolatoryWeights', () => {
  it('reproduce the moments, so integrate polynomials exactly', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -20, max: 10 }), { minLength: 1, maxLength: 4 }), reals(-5, 5), (cuts, z) => {
        const nodes = cuts.map((cut) => cut / 10)
        const moments = phiMoments(z, nodes.length)
        const weights = interpolatoryWeights(nodes, moments)
        const size = weights.reduce((sum, weight) => sum + Math.abs(weight), 1)
        for (const [j, moment] of moments.entries()) {
          const sum = weights.reduce((total, weight, i) => total + weight * (nodes[i] as number) ** j, 0)
          // Rounding relative to the terms: weights times nodes up to 2.
          expect(Math.abs(sum - moment)).toBeLessThan(1e-13 * size * 2 ** j)
        }
      }),
    )
  })

  it('are those of Adams–Bashforth and of Simpson', () => {
    const even = [1, 1 / 2, 1 / 3, 1 / 4]
    const expectClose = (actual: readonly number[], expected: readonly number[]): void =>
      expected.forEach((value, i) => void expect(actual[i]).toBeCloseTo(value, 13))
    expectClose(interpolatoryWeights([0, -1], even), [3 / 2, -1 / 2])
    expectClose(interpolatoryWeights([0, -1, -2], even), [23 / 12, -16 / 12, 5 / 12])
    expectClose(interpolatoryWeights([0, -1, -2, -3], even), [55 / 24, -59 / 24, 37 / 24, -9 / 24])
    expectClose(interpolatoryWeights([0, 0.5, 1], even), [1 / 6, 4 / 6, 1 / 6])
  })
})
