import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flawOf, parseNumber, quoted } from './cell.js'
import { bitsOf, finiteDouble } from './testing.js'

describe('parseNumber', () => {
  test.each([
    ['0', 0],
    ['-0', -0],
    ['+1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['17.000', 17],
    ['007', 7],
  ])('%s is %d', (text, value) => expect(Object.is(parseNumber(text), value)).toBe(true))

  test.each(['', ' ', '0x10', '0b1', '0o7', '1_000', '1,5', '1e', 'e3', '.', '-', '+-1', '1 2', 'NaN', 'Infinity', 'x', '1n', '١'])(
    '%j is not a number',
    (text) => expect(parseNumber(text)).toBeNaN(),
  )

  test('reads back the shortest form of any finite double, bit for bit', () =>
    fc.assert(
      fc.property(finiteDouble, (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value)
        expect(bitsOf(Float64Array.of(parseNumber(text)))).toEqual(bitsOf(Float64Array.of(value)))
      }),
    ))
})

describe('flawOf', () => {
  test.each(['', '?', 'NA', 'na', 'N/A', '#N/A', 'null', 'None'])('%j is missing', (text) => expect(flawOf(text)).toBe('missing'))
  test.each(['NaN', 'nan', '-inf', 'Infinity', '+Infinity', '1e999', '-1e400'])('%j is not finite', (text) =>
    expect(flawOf(text)).toBe('notFinite'),
  )
  test.each(['abc', '12:30', '1,5', '0x10', 'nano'])('%j is text', (text) => expect(flawOf(text)).toBe('text'))
})

test('a cell is shown in quotes, cut to 40 characters', () => {
  expect(quoted('a"b')).toBe('"a\\"b"')
  expect(quoted('x'.repeat(50))).toBe(`"${'x'.repeat(39)}…"`)
})
