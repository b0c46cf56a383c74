import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, nearest } from './nearest.js'

const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })

test('the distance is a metric, and bounded by the lengths', () =>
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0)
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b) === 0).toBe(a === b)
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  ))

test('the textbook pairs', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3)
  expect(editDistance('saturday', 'sunday')).toBe(3)
})

test('finds what was meant, or nothing', () => {
  const names = ['Voltage', 'Global_intensity', 'age']
  expect(nearest('voltge', names)).toBe('Voltage')
  expect(nearest('Global_intesity', names)).toBe('Global_intensity')
  expect(nearest('humidity', ['x', 'y'])).toBeUndefined()
  expect(nearest('a', [])).toBeUndefined()
})
