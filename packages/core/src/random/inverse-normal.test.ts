import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erf } from '../cpu/erf.js'
import { inverseNormal } from './inverse-normal.js'

/** ln Q(z) of the normal tail for z > 6, by Laplace's continued fraction Q = φ(z)/(z + 1/(z + 2/(z + …))). */
const logTail = (z: number): number => {
  let fraction = z
  for (let n = 60; n >= 1; n--) fraction = z + n / fraction
  return -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - Math.log(fraction)
}

test('inverseNormal undoes the normal tail far out, on both sides of the border of its two approximations', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1050, max: 3000 }), (hundredths) => {
      const p = 10 ** (-hundredths / 100)
      const z = -inverseNormal(p)
      // d ln Q = −z dz nearly, so a rounding of z moves it by 2⁻⁵³ z², up to 1.5e-14.
      expect(Math.abs(logTail(z) - Math.log(p))).toBeLessThan(1e-13)
    }),
  )
})

// Quantiles to 20 digits (60-digit arithmetic; those at 0.25, 0.001 and 1e-20 are the check values that Wichura prints with AS 241).
const quantiles: readonly (readonly [p: number, x: number])[] = [
  [5e-324, -38.467405617144346251],
  [1e-310, -37.663060331949523732],
  [1e-300, -37.047096299361199237],
  [1e-200, -30.205594179579643063],
  [1e-100, -21.273453560965324294],
  [1e-20, -9.2623400897984075796],
  [1e-12, -7.0344838253011319326],
  [1.3e-11, -6.6676114565107408347],
  [1e-6, -4.7534243088228989573],
  [0.001, -3.0902323061678135354],
  [0.01, -2.3263478740408410931],
  [0.05, -1.644853626951472688],
  [0.074, -1.4466320671589785099],
  [0.075, -1.4395314709384559349],
  [0.076, -1.4325027208258116188],
  [0.1, -1.2815515655446004353],
  [0.25, -0.6744897501960817432],
  [0.4, -0.25334710313579974132],
  [0.6, 0.25334710313579974132],
  [0.9, 1.2815515655446005935],
  [0.975, 1.9599639845400538556],
  [0.999, 3.0902323061678132778],
  [0.999999, 4.7534243088170877657],
]

describe('inverseNormal', () => {
  // AS 241 claims about 1 part in 10¹⁶; its evaluation rounds a few times more.
  test.each(quantiles)('has quantile %d right to 1e-15', (p, x) => {
    expect(Math.abs(inverseNormal(p) / x - 1)).toBeLessThan(1e-15)
  })

  test('undoes ½(1 + erf(x/√2))', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 1, noNaN: true }), (x) => {
        const p = 0.5 * (1 + erf(x * Math.SQRT1_2))
        // A rounding of p by ε/2 moves x by ε/2 divided by the density.
        const conditioning = 2.3e-16 / (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI))
        expect(Math.abs(inverseNormal(p) - x)).toBeLessThan(1e-15 * (1 + Math.abs(x)) + conditioning)
      }),
    )
  })

  test('is odd about ½ and increasing', () => {
    expect(Math.abs(inverseNormal(0.5))).toBe(0)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), fc.integer({ min: 1, max: 2 ** 30 }), (a, b) => {
        // Multiples of 2⁻³¹ have exact complements.
        const [p, q] = [a * 2 ** -31, b * 2 ** -31]
        expect(inverseNormal(1 - p) + inverseNormal(p)).toBe(0)
        if (p < q) expect(inverseNormal(p)).toBeLessThan(inverseNormal(q))
      }),
    )
  })

  test('has the infinities at 0 and 1 and refuses what is not a probability', () => {
    expect([inverseNormal(0), inverseNormal(-0), inverseNormal(1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
    for (const bad of [-1e-9, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => inverseNormal(bad)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'inverseNormal' }))
  })
})
