import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { besselRatio, logScaledBessel0 } from './bessel.js'
import { B } from './test-support.js'

/**
 * e^(−κ) I_n(κ) = 1/(2π) ∮ e^(κ (cos θ − 1)) cos(nθ) dθ by the trapezoidal rule, which converges faster than any power for a periodic integrand;
 * with 12 √κ points the error is e^(−72). For small κ, I₁ is integrated by parts, κ/(2π) ∮ e^(…) sin² θ dθ, where nothing cancels.
 */
const quadrature = (kappa: number): { i0: number; ratio: number } => {
  const count = 2 * Math.ceil(32 + 6 * Math.sqrt(kappa))
  let [i0, i1] = [0, 0]
  // About 0, where the sine has all its digits.
  for (let k = 1 - count / 2; k <= count / 2; k++) {
    const theta = (2 * Math.PI * k) / count
    const weight = Math.exp(-2 * kappa * Math.sin(theta / 2) ** 2)
    i0 += weight
    i1 += weight * Math.sin(theta) ** 2
  }
  // ratio is I₁/(κ I₀).
  return { i0: i0 / count, ratio: i1 / i0 }
}

const both = async (backend: typeof B, kappa: number): Promise<{ ratio: number; logI0: number }> => {
  const square = backend.tensor([kappa * kappa], [1])
  return {
    ratio: (await backend.read(besselRatio(backend, square)))[0] as number,
    logI0: (await backend.read(logScaledBessel0(backend, square)))[0] as number,
  }
}

const logUniform = (low: number, high: number) => fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp)

describe('Bessel functions', () => {
  it('are each other’s derivative: d ln I₀/dκ = I₁/I₀, on both sides of the border', async () => {
    const h = 0.02
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 600, max: 4000 }), async (hundredths) => {
        const kappa = hundredths / 100
        const at = [h, -h, h / 2, -h / 2].map((step) => (kappa + step) ** 2)
        const [plus, minus, halfPlus, halfMinus] = await B.read(logScaledBessel0(B, B.tensor(at, [4])))
        const slope = (8 * ((halfPlus as number) - (halfMinus as number)) - ((plus as number) - (minus as number))) / (6 * h)
        const [ratio] = await B.read(besselRatio(B, B.tensor([kappa ** 2], [1])))
        // ln I₀ = ln(e^(−κ) I₀) + κ, which is −½ ln κ and less. Truncation h⁴ |f⁽⁵⁾|/480 with |f⁽⁵⁾| about 12/κ⁵ + 15/κ⁶, 1e-12 at most; rounding
        // 4e-16 · 3/h, 6e-14.
        expect(Math.abs(slope + 1 - kappa * (ratio as number))).toBeLessThan(2e-12)
      }),
    )
  })

  it('agree with the defining integral to 1e-13', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(logUniform(1e-8, 1e6), fc.double({ min: 0, max: 40, noNaN: true })), async (kappa) => {
        const expected = quadrature(kappa)
        const { ratio, logI0 } = await both(B, kappa)
        // The sums of the quadrature round to about 1e-14.
        expect(Math.abs(ratio / expected.ratio - 1)).toBeLessThan(1e-13)
        expect(Math.abs(Math.exp(logI0) / expected.i0 - 1)).toBeLessThan(1e-13)
      }),
      { numRuns: 150 },
    )
  })

  it('agree with the integral on both sides of the border between the expansions', async () => {
    for (const kappa of [19.9, 20 - 1e-9, 20, 20 + 1e-9, 20.1]) {
      const expected = quadrature(kappa)
      const { ratio, logI0 } = await both(B, kappa)
      expect(Math.abs(ratio / expected.ratio - 1)).toBeLessThan(1e-13)
      expect(Math.abs(Math.exp(logI0) / expected.i0 - 1)).toBeLessThan(1e-13)
    }
  })

  it('have the values of published tables', async () => {
    // Abramowitz & Stegun, table 9.8: e^(−x) I₀(x) and e^(−x) I₁(x).
    for (const [kappa, i0, i1] of [
      [1, 0.4657596077, 0.2079104154],
      [5, 0.1835408126, 0.1639722669],
      [10, 0.1278333372, 0.1212626814],
    ] as const) {
      const { ratio, logI0 } = await both(B, kappa)
      expect(Math.exp(logI0)).toBeCloseTo(i0, 9)
      expect(ratio * kappa * Math.exp(logI0)).toBeCloseTo(i1, 9)
    }
  })

  it('have their limits at 0 and far out', async () => {
    expect(await both(B, 0)).toEqual({ ratio: 0.5, logI0: 0 })
    for (const kappa of [1e8, 1e12, 1e100]) {
      const { ratio, logI0 } = await both(B, kappa)
      expect(Math.abs(ratio * kappa - (1 - 0.5 / kappa))).toBeLessThan(1e-15)
      expect(Math.abs(logI0 + 0.5 * Math.log(2 * Math.PI * kappa))).toBeLessThan(1e-8 / 8 + 1e-13)
    }
    expect(await both(B, Number.NaN)).toEqual({ ratio: Number.NaN, logI0: Number.NaN })
  })

  it('keep float32’s digits in float32', async () => {
    const single = cpu({ dtype: 'float32' })
    for (const kappa of [1e-3, 0.5, 5, 19, 21, 1e3, 1e9]) {
      const [expected, found] = [await both(B, Math.fround(kappa)), await both(single, kappa)]
      // 29 levels and 33 terms of 2⁻²⁴ each, most of which do not add up.
      expect(Math.abs(found.ratio / expected.ratio - 1)).toBeLessThan(1e-6)
      expect(Math.abs(found.logI0 - expected.logI0)).toBeLessThan(1e-5)
    }
  })
})
