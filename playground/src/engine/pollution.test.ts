import { hostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestDistance } from './nearest-distance.js'
import { pollutionOf } from './pollution.js'

const matrix = (rows: readonly (readonly [number, number])[]) => hostMatrix(rows.flat(), rows.length, 2)
const coordinate = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -4, max: 4, noNaN: true }))
const rows = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 30 })

describe('nearestDistance', () => {
  it('is the least of all distances, with and without those of 0', () => {
    fc.assert(
      fc.property(rows, fc.tuple(coordinate, coordinate), (points, [x, y]) => {
        const all = points.map(([a, b]) => Math.hypot(a - x, b - y))
        const distance = nearestDistance(matrix(points))
        expect(distance(x, y, false)).toBe(Math.min(...all))
        expect(distance(x, y, true)).toBe(Math.min(...all.filter((d) => d > 0)))
      }),
    )
  })
})

describe('pollutionOf', () => {
  it('is the share beyond three times the median gap', () => {
    // Gaps of 0.1 in a row of 11: the radius is 0.3.
    const data = matrix(Array.from({ length: 11 }, (_, k) => [k / 10, 0] as const))
    const samples = matrix([
      [0.5, 0],
      [0.5, 0.29],
      [0.5, 0.31],
      [-0.31, 0],
    ])
    const { pollution, pollutionRadius } = pollutionOf(data, samples)
    expect(pollutionRadius).toBeCloseTo(0.3, 12)
    expect(pollution).toBe(0.5)
  })

  it('has a radius of 0.05 at least, and for a single place', () => {
    for (const data of [
      [[1, 1]],
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [0.001, 0],
      ],
    ] as (readonly (readonly [number, number])[])[])
      expect(
        pollutionOf(
          matrix(data),
          matrix([
            [1, 1],
            [1, 1.06],
          ]),
        ).pollutionRadius,
      ).toBe(0.05)
    expect(
      pollutionOf(
        matrix([[1, 1]]),
        matrix([
          [1, 1.04],
          [1, 1.06],
        ]),
      ).pollution,
    ).toBe(0.5)
  })
})
