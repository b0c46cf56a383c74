import { fold, type HostMatrix, hostMatrix, key, normalArray } from '@tweedie/core'
import { keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curveIn } from './curve-in.js'
import { eightPoints, points } from './points.js'
import { spiral } from './spiral.js'
import { surface } from './surface.js'

type Point = readonly number[]
const minus = (a: Point, b: Point): Point => a.map((value, j) => value - (b[j] as number))
const norm = (a: Point): number => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0))

/** The nearest point by looking alone: at 4,000 parameters, and then closer and closer around each that beats its neighbours. */
const byLooking = (y: (u: number) => Point, start: number, end: number, closed: boolean, x: Point): { u: number; distance: number } => {
  const far = (u: number): number => norm(minus(y(closed ? u : Math.min(end, Math.max(start, u))), x))
  const step = (end - start) / 4000
  const grid = Array.from({ length: 4001 }, (_, k) => far(start + k * step))
  const least = grid.reduce((a, b) => Math.min(a, b))
  const starts = grid.flatMap((d, k) =>
    d < least + 30 * step && d <= (grid[k - 1] ?? d) && d <= (grid[k + 1] ?? d) ? [start + k * step] : [],
  )
  const found = starts.map((centre) => {
    let [u, width] = [centre, step]
    for (let zoom = 0; zoom < 8; zoom++) {
      const around = Array.from({ length: 41 }, (_, k) => u + ((k - 20) / 20) * width)
      u = around.reduce((a, b) => (far(b) < far(a) ? b : a))
      width /= 10
    }
    return { u: closed ? u : Math.min(end, Math.max(start, u)), distance: far(u) }
  })
  return found.reduce((a, b) => (b.distance < a.distance ? b : a))
}

const rows = (x: HostMatrix): Point[] =>
  Array.from({ length: x.rows }, (_, i) => Array.from(x.data.subarray(i * x.columns, (i + 1) * x.columns)))

describe('the nearest point of a curve', () => {
  const onSpiral = (u: number): Point => [u * Math.cos(u), u * Math.sin(u)]

  // The last look has steps of 2e-11 in u, which moves the distance by (13 · 2e-11)²/d; the rest is rounding of coordinates up to 60.
  it('of the spiral is what looking at all of it finds, near the curve and far away', () =>
    fc.assert(
      fc.property(keys(), fc.constantFrom(0.05, 0.5, 3, 20), (of, spread) => {
        const support = spiral()
        const base = support.sample(of, 20)
        const x = hostMatrix(
          normalArray(fold(of, 1), 40).map((z, e) => (base.data[e] as number) + spread * z),
          20,
          2,
        )
        const [distances, coordinates] = [support.distances(x), support.coordinates?.(x) as Float64Array]
        rows(x).forEach((row, i) => {
          const truth = byLooking(onSpiral, 1, 13, false, row)
          const d = distances[i] as number
          expect(Math.abs(d - truth.distance)).toBeLessThan(1e-12 * truth.distance + 2e-14)
          expect(norm(minus(onSpiral(1 + 12 * (coordinates[i] as number)), row))).toBeLessThan(truth.distance + 1e-13)
        })
      }),
      { numRuns: 8 },
    ))

  it('of the spiral at its ends, its centre and on itself', () => {
    const end: Point = onSpiral(13)
    const x = [[0, 0], onSpiral(1), end, end.map((v, j) => v + (0.5 * ((onSpiral(13 + 1e-7)[j] as number) - v) * 1e7) / Math.hypot(1, 13))]
    const support = spiral()
    const at = hostMatrix(x.flat() as number[], 4, 2)
    const expected = [1, 0, 0, 0.5]
    support.distances(at).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6)
    })
    expect(Array.from(support.coordinates?.(at) ?? []).map((u) => Math.round(u * 1e6) / 1e6)).toEqual([0, 0, 1, 1])
  })

  it.each([2, 5, 16])('of the curve in %i dimensions is what looking at all of it finds', (dimension) => {
    const basis = Array.from({ length: 2 * Math.floor(dimension / 2) }, (_, i) =>
      Array.from({ length: dimension }, (_, j) => {
        const angle = (2 * Math.PI * i * j) / dimension
        return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(dimension)
      }),
    )
    fc.assert(
      fc.property(keys(), fc.constantFrom(0.05, 0.3, 2), (of, spread) => {
        const support = curveIn(dimension)
        const base = support.sample(of, 4)
        const x = hostMatrix(
          normalArray(fold(of, 1), 4 * dimension).map((z, e) => (base.data[e] as number) + spread * z),
          4,
          dimension,
        )
        // The curve once more, by its definition: cosines and sines in the rows of Hartley's matrix.
        const y = (u: number): Point => {
          const local = basis.map((_, i) => (i % 2 === 0 ? Math.cos : Math.sin)(u * (1 + Math.floor(i / 2))) / (1 + Math.floor(i / 2)))
          return Array.from({ length: dimension }, (_, j) => local.reduce((sum, value, i) => sum + value * (basis[i]?.[j] as number), 0))
        }
        const distances = support.distances(x)
        rows(x).forEach((row, i) => {
          const truth = byLooking(y, 0, 2 * Math.PI, true, row)
          expect(Math.abs((distances[i] as number) - truth.distance)).toBeLessThan(1e-12 * truth.distance + 2e-14)
        })
      }),
      { numRuns: 3 },
    )
  })
})

describe('the distance of the torus', () => {
  // From a grid of 400 × 400 angles: no nearer than the distance, and no farther than the half diagonal of a cell.
  it('is that of the nearest of many points', () => {
    const support = surface({ radius: 2, tube: 0.75 })
    const grid: Point[] = []
    for (let a = 0; a < 400; a++)
      for (let b = 0; b < 400; b++) {
        const [theta, phi] = [(2 * Math.PI * a) / 400, (2 * Math.PI * b) / 400]
        const c = 2 + 0.75 * Math.cos(phi)
        grid.push([c * Math.cos(theta), c * Math.sin(theta), 0.75 * Math.sin(phi)])
      }
    const x = hostMatrix(
      normalArray(key(8), 45).map((z) => 2 * z),
      15,
      3,
    )
    const halfDiagonal = (Math.PI / 400) * Math.hypot(2.75, 0.75)
    support.distances(x).forEach((d, i) => {
      const row = rows(x)[i] as Point
      const nearest = grid.reduce((least, point) => Math.min(least, norm(minus(point, row))), Number.POSITIVE_INFINITY)
      expect(nearest).toBeGreaterThanOrEqual(d - 1e-14)
      expect(nearest).toBeLessThanOrEqual(d + halfDiagonal)
    })
  })
})

describe('points', () => {
  it('the eight points are those of the paper', () => {
    const { points: table, sample, nearest } = eightPoints()
    expect([table.rows, table.columns]).toEqual([8, 2])
    for (const row of rows(table)) expect(norm(row)).toBeCloseTo(2, 14)
    expect(rows(table).map(([x]) => x)).toEqual([-2, -1.2, -1.2, 0, 0, 1.2, 1.2, 2])
    expect(new Set(rows(table).map((row) => row.map((v) => Math.round(v * 1e9)).join())).size).toBe(8)
    expect(Array.from(nearest(table))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    // 8,000 draws: each count within 6 standard deviations √(8000/8 · 7/8) = 30 of 1,000.
    const counts = new Float64Array(8)
    for (const k of nearest(sample(key(5), 8000))) counts[k] = (counts[k] as number) + 1
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(180)
  })

  it('are drawn in proportion to their weights', () => {
    const support = points(hostMatrix([0, 1, 2], 3, 1), [1, 2, 5])
    const counts = new Float64Array(3)
    for (const k of support.nearest(support.sample(key(6), 8000)))
      counts[k] = (counts[k] as number) + 1
      // Within 6 standard deviations, √(8000 p (1 − p)) ≤ 44.
    ;[1000, 2000, 5000].forEach((expected, k) => {
      expect(Math.abs((counts[k] as number) - expected)).toBeLessThan(264)
    })
  })

  it('refuses what is no cloud', () => {
    expect(() => points(hostMatrix([], 0, 2))).toThrow(/0 points/)
    expect(() => points(hostMatrix([1, Number.NaN], 1, 2))).toThrow(/row 0, column 1/)
    expect(() => points(hostMatrix([1, 2], 2, 1), [1])).toThrow(/1 weights for 2/)
    expect(() => points(hostMatrix([1, 2], 2, 1), [1, 0])).toThrow(/weight 0 of point 1/)
  })
})
