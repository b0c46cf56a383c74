import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clipLine, clipPoints } from './clip.js'
import { type PanelScale, placeOn, valueOn } from './scale.js'

const unit: PanelScale = { type: 'linear', domain: [0, 1] }
const decades: PanelScale = { type: 'log', domain: [1e-3, 10] }
const coordinate = fc.double({ min: -3, max: 3, noNaN: true })

describe('scales', () => {
  test('place and value are inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 1.5, noNaN: true }), (place) => {
        // Rounding of four operations on numbers below 10.
        for (const scale of [unit, decades, { type: 'linear', domain: [-7, 2] } as const])
          expect(placeOn(scale)(valueOn(scale)(place))).toBeCloseTo(place, 12)
      }),
    )
    expect(placeOn(decades)(0)).toBeNaN()
  })
})

describe('clipLine', () => {
  test('keeps a line that is inside as it is', () => {
    const points = [
      [0, 0],
      [0.5, 1],
      [1, 0.2],
    ] as const
    expect(clipLine(points, unit, unit)).toEqual({ shape: [points], outside: 0, unplaced: 0 })
  })

  test('cuts at the frame and goes on where the line comes back', () => {
    const { shape, outside } = clipLine(
      [
        [0.5, 0.5],
        [0.5, 1.5],
        [0.75, 1.5],
        [0.75, 0.5],
      ],
      unit,
      unit,
    )
    expect(outside).toBe(2)
    expect(shape).toHaveLength(2)
    expect(shape[0]?.[1]?.[1]).toBeCloseTo(1, 8)
    expect(shape[1]?.[0]?.[1]).toBeCloseTo(1, 8)
  })

  test('cuts a straight line of a logarithmic axis where it is straight there', () => {
    const { shape } = clipLine(
      [
        [0, 1],
        [1, 1e-5],
      ],
      unit,
      decades,
    )
    expect(shape[0]?.[1]?.[0]).toBeCloseTo(3 / 5, 8)
    expect(shape[0]?.[1]?.[1]).toBeCloseTo(1e-3, 10)
  })

  test('every part lies inside, and every place of the line that is inside lies on a part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (points, share) => {
          const { shape } = clipLine(points, unit, unit)
          for (const [x, y] of shape.flat()) {
            expect(Math.min(x, y)).toBeGreaterThan(-1e-8)
            expect(Math.max(x, y)).toBeLessThan(1 + 1e-8)
          }
          const [a, b] = [points[0] as [number, number], points[1] as [number, number]]
          const [x, y] = [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
          if (Math.min(x, y) < 1e-6 || Math.max(x, y) > 1 - 1e-6) return
          const distance = Math.min(
            ...shape.flatMap((part) => part.slice(1).map((end, k) => distanceToSegment([x, y], part[k] as readonly [number, number], end))),
          )
          expect(distance).toBeLessThan(1e-7)
        },
      ),
    )
  })

  test('a point at 0 of a logarithmic axis breaks the line and is counted', () => {
    const points = [
      [0, 1],
      [0.2, 0.1],
      [0.4, 0],
      [0.6, 0.1],
      [0.8, 1],
    ] as const
    expect(clipLine(points, unit, decades)).toMatchObject({ shape: [points.slice(0, 2), points.slice(3)], unplaced: 1, outside: 0 })
  })
})

test('clipPoints keeps what is inside, the frame included, and counts the rest', () => {
  const points = [
    [0, 1],
    [1, 1e-3],
    [2, 1],
    [0.5, 0],
  ] as const
  expect(clipPoints(points, unit, decades)).toEqual({ shape: points.slice(0, 2), outside: 1, unplaced: 1 })
})

const distanceToSegment = (p: readonly [number, number], a: readonly [number, number], b: readonly [number, number]): number => {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
  return Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy)
}
