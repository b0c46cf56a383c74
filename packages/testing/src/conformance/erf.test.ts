import { describe, expect, test } from 'vitest'
import { erf, erfc } from './erf.js'
import { formatOf, ulp } from './format.js'

// x, erf x, erfc x to 20 digits (60-digit arithmetic; they agree with Abramowitz & Stegun, table 7.1, in all ten places printed there).
const table: readonly (readonly [x: number, value: number, complement: number])[] = [
  [1e-300, 1.1283791670955126022e-300, 1],
  [1e-10, 1.128379167095512615e-10, 0.99999999988716208329],
  [0.01, 0.011283415555849617151, 0.98871658444415038285],
  [0.1, 0.1124629160182848984, 0.8875370839817151016],
  [0.5, 0.52049987781304653768, 0.47950012218695346232],
  [0.8, 0.74210096470766051259, 0.25789903529233948741],
  [1, 0.84270079294971486934, 0.15729920705028513066],
  [1.5, 0.96610514647531072707, 0.033894853524689272933],
  [2, 0.99532226501895273416, 0.0046777349810472658379],
  [2.5, 0.99959304798255504106, 0.00040695201744495893956],
  [3, 0.99997790950300141456, 0.000022090496998585441373],
  [3.5, 0.99999925690162765859, 7.4309837234141274552e-7],
  [4, 0.99999998458274209972, 1.5417257900280018852e-8],
  [5, 0.99999999999846254021, 1.5374597944280348502e-12],
]

const units = (given: number, wanted: number): number => Math.abs(given - wanted) / ulp(formatOf('float64'), Math.abs(wanted))

describe('erf of the definitions', () => {
  test.each(table)('erf(%d) to 2 units in the last place, and odd', (x, value) => {
    expect(units(erf(x), value)).toBeLessThanOrEqual(2)
    expect(erf(-x)).toBe(-erf(x))
  })

  test.each(table.filter(([x]) => x >= 2))('erfc(%d) to 4 units, though erf is near 1', (x, value, complement) => {
    expect(units(erfc(x), complement)).toBeLessThanOrEqual(4)
    expect(units(erfc(-x), 1 + value)).toBeLessThanOrEqual(2)
  })

  test('limits', () => {
    expect([erf(0), erf(-0), erf(Number.POSITIVE_INFINITY), erf(Number.NEGATIVE_INFINITY), erf(Number.NaN)]).toEqual([
      0,
      -0,
      1,
      -1,
      Number.NaN,
    ])
    expect([erfc(Number.POSITIVE_INFINITY), erfc(Number.NEGATIVE_INFINITY), erfc(28), erfc(Number.NaN)]).toEqual([0, 2, 0, Number.NaN])
  })
})
