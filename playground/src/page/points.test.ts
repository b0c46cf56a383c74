import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alongStroke, erased, placed, pollutedOf } from './points.js'
import { toPixel, toPlane } from './view.js'

const coordinate = fc.double({ min: -4, max: 4, noNaN: true })
const place = fc.tuple(coordinate, coordinate)

test('points along a stroke are its spacing apart, and end less than that before its end', () => {
  fc.assert(
    fc.property(place, place, fc.double({ min: 0.05, max: 1, noNaN: true }), (from, to, spacing) => {
      const all = [from, ...alongStroke(from, to, spacing)]
      // Coordinates are rounded to thousandths: two ends, two coordinates.
      for (let k = 1; k < all.length; k++)
        expect(Math.abs(Math.hypot(all[k]![0] - all[k - 1]![0], all[k]![1] - all[k - 1]![1]) - spacing)).toBeLessThan(2e-3)
      const last = all.at(-1)!
      expect(Math.hypot(to[0] - last[0], to[1] - last[1])).toBeLessThan(spacing + 2e-3)
    }),
  )
})

test('a point is kept within the square', () => {
  expect(placed(7, -9.12345)).toEqual([4, -4])
  expect(placed(0.12345, -0.0001)).toEqual([0.123, 0])
})

test('an eraser that touches nothing changes nothing', () => {
  const points = [placed(0, 0), placed(1, 1)]
  expect(erased(points, [3, 3], 0.5)).toBe(points)
  expect(erased(points, [1.2, 1], 0.5)).toEqual([[0, 0]])
})

test('a sample is polluted when it is farther than the radius from every point', () => {
  expect([...pollutedOf(Float32Array.of(0, 0.5, 0, 0.25, 1, 1), [[0, 0]], 0.25)]).toEqual([1, 0, 1])
})

test('the screen and the plane are inverses', () => {
  fc.assert(
    fc.property(place, fc.integer({ min: 100, max: 2000 }), fc.double({ min: 1, max: 300, noNaN: true }), ([x, y], pixels, half) => {
      const [a, b] = toPlane({ half, pixels }, ...(toPixel({ half, pixels }, x, y) as [number, number]))
      // A few roundings of numbers as large as the view.
      expect(Math.abs(a - x) + Math.abs(b - y)).toBeLessThan(1e-12 * (half + 1))
    }),
  )
})
