import { fold, fromRows, type HostMatrix, hostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kdTree, nearestDistances, neighbourDistances } from './kd-tree.js'
import { coarse, moderate, normalSample, samples, tagOf } from './test-samples.js'

/** Every query against every point, summing in the same order, so that the two agree to the last bit. */
const bruteForce = (points: HostMatrix, queries: HostMatrix): Float64Array =>
  Float64Array.from({ length: queries.rows }, (_, q) => {
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < points.rows; i++) {
      let squares = 0
      for (let j = 0; j < points.columns; j++) {
        const difference = (points.data[i * points.columns + j] as number) - (queries.data[q * points.columns + j] as number)
        squares += difference * difference
      }
      best = Math.min(best, squares)
    }
    return Math.sqrt(best)
  })

const agrees = (points: HostMatrix, queries: HostMatrix): void => {
  expect(nearestDistances(kdTree(points), queries)).toEqual(bruteForce(points, queries))
}

/** The k least distances of each query, sorted. */
const bruteForceNearest = (points: HostMatrix, queries: HostMatrix, k: number): Float64Array => {
  const distances = Float64Array.from({ length: queries.rows * k })
  for (let q = 0; q < queries.rows; q++) {
    const query = { data: queries.data.subarray(q * queries.columns, (q + 1) * queries.columns), rows: 1, columns: queries.columns }
    const all = Float64Array.from({ length: points.rows }, (_, i) => {
      const point = { data: points.data.subarray(i * points.columns, (i + 1) * points.columns), rows: 1, columns: points.columns }
      return bruteForce(point, query)[0] as number
    })
    distances.set(all.sort().subarray(0, k), q * k)
  }
  return distances
}

describe('neighbourDistances', () => {
  it.each([
    ['scattered', moderate],
    ['mostly duplicate', coarse],
    ['all equal', fc.constant(3)],
  ])('are brute force to the last bit on %s points', (_, value) => {
    fc.assert(
      fc.property(samples(2, value, { maxRows: 120 }), fc.integer({ min: 1, max: 9 }), (pair, wanted) => {
        const [points, queries] = pair as [HostMatrix, HostMatrix]
        const k = Math.min(wanted, points.rows)
        expect(neighbourDistances(kdTree(points), queries, k)).toEqual({ distances: bruteForceNearest(points, queries, k), neighbours: k })
      }),
      { numRuns: 40 },
    )
  })

  it.each([1, 3, 8])('are brute force on a thousand rows in %i columns', (columns) => {
    const [points, queries] = [normalSample(key(1), 1000, columns), normalSample(key(2), 30, columns, 0, 1.5)]
    expect(neighbourDistances(kdTree(points), queries, 7).distances).toEqual(bruteForceNearest(points, queries, 7))
  })

  it('refuse more neighbours than rows', () => {
    const tree = kdTree(fromRows([[0], [1]]))
    expect(tagOf(() => neighbourDistances(tree, fromRows([[0]]), 3))).toBe('InvalidArgument')
    expect(tagOf(() => neighbourDistances(tree, fromRows([[0]]), 0))).toBe('InvalidArgument')
    expect(tagOf(() => neighbourDistances(tree, fromRows([[0, 1]]), 1))).toBe('ShapeMismatch')
  })
})

describe('nearestDistances', () => {
  it.each([
    ['scattered', moderate],
    ['mostly duplicate', coarse],
    ['all equal', fc.constant(3)],
  ])('is brute force to the last bit on %s points', (_, value) => {
    fc.assert(
      fc.property(samples(2, value, { maxRows: 200 }), (pair) => {
        agrees(...(pair as [HostMatrix, HostMatrix]))
      }),
      { numRuns: 60 },
    )
  })

  it('is brute force on collinear points', () => {
    fc.assert(
      fc.property(
        fc.array(moderate, { minLength: 1, maxLength: 150 }),
        fc.array(fc.tuple(moderate, moderate, moderate), { minLength: 1, maxLength: 20 }),
        moderate,
        (positions, queries, slope) => {
          agrees(fromRows(positions.map((x) => [x, slope * x, 1])), fromRows(queries))
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each([1, 2, 7, 20])('is brute force on thousands of rows in %i columns', (columns) => {
    agrees(normalSample(key(1), 3000, columns), normalSample(key(2), 100, columns, 0, 1.5))
  })

  /** Points on the unit sphere, and queries about its middle: all are about equally far, so a bound that is a little too large loses some. */
  const sphereCase = (seed: number, rows: number, queries: number, columns: number): [HostMatrix, HostMatrix] => {
    const sphere = normalSample(fold(key(seed), 0), rows, columns)
    for (let i = 0; i < sphere.rows; i++) {
      const row = sphere.data.subarray(i * columns, (i + 1) * columns)
      row.set(row.map((x) => x / Math.hypot(...row)))
    }
    return [sphere, normalSample(fold(key(seed), 1), queries, columns, 0, 0.1)]
  }

  it.each([2, 3, 4])('is brute force from the middle of a sphere in %i columns', (columns) => {
    agrees(...sphereCase(1, 3000, 300, columns))
  })

  it('is brute force from the middle of any sphere', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 200, max: 1500 }), fc.integer({ min: 2, max: 4 }), (seed, rows, columns) => {
        agrees(...sphereCase(seed, rows, 60, columns))
      }),
      { numRuns: 20 },
    )
  })

  it('finds each point at distance 0, however many repeat', () => {
    const points = hostMatrix(
      Float64Array.from({ length: 6000 }, (_, k) => (k * 7) % 3),
      2000,
      3,
    )
    expect(nearestDistances(kdTree(points), points).every((distance) => distance === 0)).toBe(true)
  })

  it('refuses what it cannot measure', () => {
    const tree = kdTree(fromRows([[0, 1]]))
    expect(tagOf(() => kdTree(fromRows([])))).toBe('InvalidArgument')
    expect(tagOf(() => kdTree(fromRows([[Number.NaN]])))).toBe('NotFinite')
    expect(tagOf(() => nearestDistances(tree, fromRows([[1]])))).toBe('ShapeMismatch')
    expect(tagOf(() => nearestDistances(tree, fromRows([[1, Number.NaN]])))).toBe('NotFinite')
  })
})
