import { column, type HostMatrix, key } from '@tweedie/core'
import { metricLaws, type SampleDistance, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { energyDistance } from './energy-distance.js'
import { energyDistance1d } from './energy-distance-1d.js'
import { kdTree, nearestDistances } from './kd-tree.js'
import { marginalKl } from './marginal-kl.js'
import { slicedWasserstein } from './sliced-wasserstein.js'
import { wasserstein1d } from './wasserstein-1d.js'

const parameters = { seed: 1, runs: 40 }
const length = (x: readonly number[], y: readonly number[]): number => Math.hypot(...x.map((value, j) => value - (y[j] as number)))
const onTheLine =
  (distance: (u: Float64Array, v: Float64Array) => number): SampleDistance =>
  (a, b) =>
    distance(column(a, 0), column(b, 0))

for (const order of [1, 2, 3])
  describe(`wasserstein1d of order ${order}`, () =>
    testLaws(
      it,
      metricLaws(
        onTheLine((u, v) => wasserstein1d(u, v, { order })),
        { name: 'W', columns: 1, triangle: true, translation: true, homogeneity: 1, rotation: true, points: length },
      ),
      parameters,
    ))

describe('slicedWasserstein', () => {
  const options = { key: key(4), projections: 20 }
  // The directions are drawn once, so it turns with the data on average only; so with the value for two points.
  testLaws(
    it,
    metricLaws((a, b) => slicedWasserstein(a, b, options), { name: 'SW', columns: 3, triangle: true, translation: true, homogeneity: 1 }),
    parameters,
  )
  describe('in one column', () =>
    testLaws(
      it,
      metricLaws((a, b) => slicedWasserstein(a, b, options), {
        name: 'SW',
        columns: 1,
        triangle: true,
        translation: true,
        homogeneity: 1,
        rotation: true,
        points: length,
      }),
      parameters,
    ))
})

describe('energyDistance, a square', () =>
  testLaws(
    it,
    metricLaws(energyDistance, {
      name: 'D²',
      columns: 3,
      translation: true,
      homogeneity: 1,
      rotation: true,
      points: (x, y) => 2 * length(x, y),
    }),
    parameters,
  ))

describe('the root of energyDistance', () =>
  testLaws(
    it,
    // D² is rounded to 1e-13, so D to 3e-7.
    metricLaws((a, b) => Math.sqrt(energyDistance(a, b)), { name: 'D', triangle: true, homogeneity: 0.5, rotation: true, tolerance: 1e-7 }),
    parameters,
  ))

describe('energyDistance1d', () =>
  testLaws(
    it,
    metricLaws(onTheLine(energyDistance1d), {
      name: 'D',
      columns: 1,
      triangle: true,
      translation: true,
      homogeneity: 0.5,
      rotation: true,
      points: (x, y) => Math.sqrt(2 * length(x, y)),
      // From sums of differences that are rounded to 1e-14.
      tolerance: 1e-7,
    }),
    parameters,
  ))

describe('marginalKl, a divergence', () =>
  testLaws(
    it,
    // Mass outside the truth's range is not counted, so it may be below 0. Its 1e-16 has a unit, and its grid moves with rounding.
    metricLaws((a, b) => marginalKl(a, b, { gridPoints: 200 })[0] as number, {
      name: 'KL',
      columns: 1,
      minRows: 2,
      symmetric: false,
      nonNegative: false,
    }),
    parameters,
  ))

/** The Hausdorff distance, a metric on finite sets: the farthest that a point of one is from the other. */
const hausdorff =
  (nearest: (points: HostMatrix, queries: HostMatrix) => ArrayLike<number>): SampleDistance =>
  (a, b) =>
    Math.max(...Array.from(nearest(a, b)), ...Array.from(nearest(b, a)))
const rowsOf = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])
const bruteForce = (points: HostMatrix, queries: HostMatrix): number[] =>
  rowsOf(queries).map((query) => Math.min(...rowsOf(points).map((point) => length(point, query))))

describe('nearestDistances, as the Hausdorff distance', () => {
  const claims = { name: 'H', columns: 3, triangle: true, translation: true, homogeneity: 1, rotation: true, points: length }
  testLaws(
    it,
    metricLaws(
      hausdorff((points, queries) => nearestDistances(kdTree(points), queries)),
      claims,
    ),
    parameters,
  )
  describe('by brute force', () => testLaws(it, metricLaws(hausdorff(bruteForce), claims), { ...parameters, runs: 20 }))
})
