import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erf } from './erf.js'

// x, erf x, erfc x to 20 digits (60-digit arithmetic; they agree with Abramowitz & Stegun, table 7.1, in all ten places printed there).
const table: readonly (readonly [x: number, value: number, complement: number])[] = [
  [1e-300, 1.1283791670955126022e-300, 1],
  [1e-10, 1.128379167095512615e-10, 0.99999999988716208329],
  [0.01, 0.011283415555849617151, 0.98871658444415038285],
  [0.1, 0.1124629160182848984, 0.8875370839817151016],
  [0.3, 0.32862675945912741619, 0.67137324054087258381],
  [0.5, 0.52049987781304653768, 0.47950012218695346232],
  [0.8, 0.74210096470766051259, 0.25789903529233948741],
  [1, 0.84270079294971486934, 0.15729920705028513066],
  [1.2, 0.91031397822963536837, 0.089686021770364631634],
  [1.5, 0.96610514647531072707, 0.033894853524689272933],
  [2, 0.99532226501895273416, 0.0046777349810472658379],
  [2.4, 0.99931148610335492111, 0.00068851389664507888555],
  [2.49, 0.99957071213226608709, 0.00042928786773391290559],
  [2.5, 0.99959304798255504106, 0.00040695201744495893956],
  [2.51, 0.99961429451827572022, 0.00038570548172427977972],
  [2.7, 0.99986566726005947581, 0.00013433273994052419237],
  [3, 0.99997790950300141456, 0.000022090496998585441373],
  [3.5, 0.99999925690162765859, 7.4309837234141274552e-7],
  [4, 0.99999998458274209972, 1.5417257900280018852e-8],
  [5, 0.99999999999846254021, 1.5374597944280348502e-12],
]

// Abramowitz & Stegun, Handbook of Mathematical Functions, table 7.1.
const printed: readonly (readonly [x: number, value: string])[] = [
  [0.1, '0.1124629160'],
  [0.5, '0.5204998778'],
  [1, '0.8427007929'],
  [1.5, '0.9661051465'],
  [2, '0.9953222650'],
]

describe('erf', () => {
  test.each(table)('erf(%d) is right to 1e-15, and 1 − erf to the rounding of 1', (x, value, complement) => {
    expect(Math.abs(erf(x) / value - 1)).toBeLessThan(1e-15)
    expect(Math.abs(1 - erf(x) - complement)).toBeLessThan(5e-16)
  })

  test.each(printed)('erf(%d) is %s to the ten places printed', (x, value) => {
    expect(Math.abs(erf(x) - Number(value))).toBeLessThan(0.51e-10)
  })

  test('has the derivative 2/√π e^(−x²), on both sides of the border of its two expansions', () => {
    const h = 1e-3
    // Richardson's: truncation h⁴ |f⁽⁵⁾|/480 with |f⁽⁵⁾| ≤ 14, 3e-14; rounding of values near 1, 2⁻⁵² · 3/h, 1e-12.
    fc.assert(
      fc.property(
        fc.integer({ min: -6000, max: 6000 }).map((k) => k / 1000),
        (x) => {
          const central = (step: number): number => (erf(x + step) - erf(x - step)) / (x + step - (x - step))
          const slope = (4 * central(h / 2) - central(h)) / 3
          expect(Math.abs(slope - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x))).toBeLessThan(5e-12)
        },
      ),
    )
  })

  test('is odd, bounded by 1, increasing, with its limits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (x, y) => {
        expect(erf(-x)).toBe(-erf(x))
        expect(Math.abs(erf(x))).toBeLessThanOrEqual(1)
        // Two roundings may swap neighbours closer than that.
        if (x < y) expect(erf(x)).toBeLessThanOrEqual(erf(y) + 4e-16)
      }),
    )
    expect([erf(Number.POSITIVE_INFINITY), erf(Number.NEGATIVE_INFINITY), erf(0), erf(-0), erf(Number.NaN)]).toEqual([
      1,
      -1,
      0,
      -0,
      Number.NaN,
    ])
    expect(erf(5e-324)).toBeGreaterThan(0)
  })

  test('has derivative 2/√π e^(−x²)', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => {
        const h = 1e-5
        // Central difference: truncation h² |f‴|/6 < 1e-10, rounding ε/h < 3e-11.
        expect(Math.abs((erf(x + h) - erf(x - h)) / (2 * h) - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x))).toBeLessThan(2e-10)
      }),
    )
  })
})
