import { fromRows, type HostMatrix, hostMatrix, key, normalArray, type TreeQuery, untyped, varianceExploding } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussian } from '../index.js'
import { B, matrix, rowsOf, tagOf } from '../test-support.js'
import { cloudTree } from './cloud-tree.js'
import { hostPosterior } from './host-posterior.js'
import { cloudWithWeights, directPosterior, extentOf, queriesNear, treeClouds, treeNoise } from './testing.js'
import { treeOnHost } from './tree-on-host.js'

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (value, j) => value - (b[j] as number)))

const everyQuery = (
  { data, logWeights }: { readonly data: HostMatrix; readonly logWeights?: Float64Array },
  x: Float64Array,
  level: { readonly alpha: number; readonly sigma: number },
  query: TreeQuery,
) => {
  const d = data.columns
  const found = hostPosterior(cloudTree(data, logWeights))(x, level, query, true)
  return {
    visits: found.visits,
    rows: Array.from({ length: x.length / d }, (_, q) => ({
      exact: directPosterior(data, logWeights, x.subarray(q * d, (q + 1) * d), level),
      mean: found.mean.subarray(q * d, (q + 1) * d),
      logDensity: found.logDensity[q] as number,
      covarianceTrace: found.covarianceTrace[q] as number,
      effectiveSampleSize: found.effectiveSampleSize[q] as number,
    })),
  }
}

/** Rounding of a sum of 2^11 terms, weights by exponentials of logits that a rescaling shifts; log-weights are up to a hundred. */
const rounding = 1e-11

describe('a certified sum', () => {
  it('is within its tolerance of the sum over every point, whatever the cloud, the noise and the query', () => {
    const tolerance = fc.oneof(
      fc.constantFrom(0, 1e-12),
      fc.double({ min: -6, max: 1, noNaN: true }).map((power) => 10 ** power),
    )
    fc.assert(
      fc.property(cloudWithWeights(treeClouds()), treeNoise, tolerance, fc.nat(1e6), (cloud, level, allowed, seed) => {
        const { diagonal, size } = extentOf(cloud.data)
        const x = queriesNear(cloud.data, level, seed)
        for (const row of everyQuery(cloud, x, level, { method: 'certified', tolerance: allowed }).rows) {
          expect(distance(row.mean, row.exact.mean)).toBeLessThanOrEqual(allowed + rounding * size)
          // What is left out has at most 2·tolerance/diagonal of the weight, and is missing from the density.
          const missing = row.exact.logDensity - row.logDensity
          const slack = rounding * (100 + row.exact.largestLogit)
          expect(missing).toBeGreaterThanOrEqual(-slack)
          expect(missing).toBeLessThanOrEqual((diagonal > 0 ? Math.log1p((2 * allowed) / diagonal) : 0) + slack)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('visits less of the cloud at a larger tolerance, and all of it at 0', () => {
    const data = hostMatrix(normalArray(key(1), 3 * 4000), 4000, 3)
    const level = { alpha: 1, sigma: 0.1 }
    const x = queriesNear(data, level, 5, 12)
    const evaluate = hostPosterior(cloudTree(data))
    const points = [1, 1e-2, 1e-4, 1e-8, 0].map((tolerance) => evaluate(x, level, { method: 'certified', tolerance }, false).visits.points)
    expect(points).toEqual([...points].sort((a, b) => a - b))
    expect(points.at(-1)).toBe(12 * 4000)
    expect(points[2] as number).toBeLessThan(0.3 * 12 * 4000)
  })
})

describe('a verified sum', () => {
  it('is exact for an opening of 0', () => {
    fc.assert(
      fc.property(cloudWithWeights(treeClouds()), treeNoise, fc.nat(1e6), (cloud, level, seed) => {
        const { size } = extentOf(cloud.data)
        const x = queriesNear(cloud.data, level, seed)
        for (const { exact, ...found } of everyQuery(cloud, x, level, { method: 'verified', opening: 0 }).rows) {
          // The logits of the definition are rounded as they stand; a group that needs no opening has none.
          const slack = 100 * rounding + 2 ** -47 * exact.largestLogit
          expect(distance(found.mean, exact.mean)).toBeLessThanOrEqual(slack * size)
          expect(Math.abs(found.logDensity - exact.logDensity)).toBeLessThanOrEqual(slack)
          expect(Math.abs(found.covarianceTrace - exact.covarianceTrace)).toBeLessThanOrEqual(slack * size ** 2)
          expect(Math.abs(found.effectiveSampleSize / exact.effectiveSampleSize - 1)).toBeLessThanOrEqual(slack)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('comes nearer to the exact sum as the opening falls, moments included', () => {
    const n = 4000
    const data = hostMatrix(normalArray(key(1), 2 * n), n, 2)
    const logWeights = normalArray(key(2), n)
    for (const sigma of [0.05, 0.3, 1, 5]) {
      const level = { alpha: 0.8, sigma }
      const x = normalArray(key(3), 2 * 6).map((z, e) => 0.8 * (data.data[e] as number) + sigma * z)
      const unit = Math.sqrt(2) * Math.min(sigma / 0.8, 1)
      const errors = [2 ** -3, 2 ** -9, 2 ** -15, 2 ** -24].map((opening) =>
        everyQuery({ data, logWeights }, x, level, { method: 'verified', opening }).rows.reduce(
          (worst, { exact, ...found }) =>
            Math.max(
              worst,
              distance(found.mean, exact.mean) / unit,
              Math.abs(found.logDensity - exact.logDensity),
              Math.abs(found.covarianceTrace - exact.covarianceTrace) / unit ** 2,
              Math.abs(found.effectiveSampleSize / exact.effectiveSampleSize - 1),
            ),
          0,
        ),
      )
      expect(errors[0] as number).toBeLessThan(0.5)
      expect(errors[2] as number).toBeLessThan(2e-2)
      expect(errors[3] as number).toBeLessThan(2e-4)
    }
  })

  it.each([{ rank: 3 }, { rank: 1 }, { rank: 0 }])(
    'takes a cloud that is not opened for the Gaussian of its moments, %o',
    async ({ rank }) => {
      const n = 500
      const normals = normalArray(key(4), 3 * n)
      // Variances 4, 1 and 1 along the coordinates, but for chance.
      const data = hostMatrix(
        normals.map((z, e) => 0.3 + (e % 3 === 0 ? 2 : 1) * z),
        n,
        3,
      )
      const tree = cloudTree(data, undefined, { rank })
      const root = tree.levels.at(-1)
      if (root === undefined) throw new Error('a tree without levels')
      const covariance = [0, 1, 2].map((i) =>
        [0, 1, 2].map((j) => {
          let sum = i === j ? (root.rest[0] as number) : 0
          for (let k = 0; k < rank; k++)
            sum +=
              ((root.variances[k] as number) - (root.rest[0] as number)) *
              (root.vectors[3 * k + i] as number) *
              (root.vectors[3 * k + j] as number)
          return sum
        }),
      )
      const process = varianceExploding({ sigmaMin: 0.01, sigmaMax: 10 })
      const closed = gaussian(B, { mean: Array.from(root.centre), covariance: fromRows(covariance) })(process)
      const x = [
        [0.1, 0.4, -2],
        [3, -1, 0.5],
      ]
      for (const sigma of [1, 4]) {
        const t = process.timeOfLogSnr(-2 * Math.log(sigma))
        const found = hostPosterior(tree)(
          Float64Array.from(x.flat()),
          { alpha: 1, sigma },
          { method: 'verified', opening: Number.POSITIVE_INFINITY },
          true,
        )
        const wanted = closed.moments?.(matrix(B, x), t)
        if (wanted === undefined) throw new Error('a Gaussian without moments')
        const means = await rowsOf(B, wanted.mean)
        const traces = await B.read(wanted.covarianceTrace)
        const logs = await B.read(closed.logDensity(matrix(B, x), t))
        // Σ w² is an expectation like Σ w, at half the variance of the noise: n (Σ w/n)² = ESS · Σ w²/n in densities.
        const half = await B.read(closed.logDensity(matrix(B, x), process.timeOfLogSnr(-2 * Math.log(sigma / Math.SQRT2))))
        for (const q of [0, 1]) {
          // The process finds its time to about 1e-12, and the closed form has 3 × 3 products.
          expect(distance(found.mean.subarray(3 * q, 3 * q + 3), means[q] as number[])).toBeLessThan(1e-9)
          expect(Math.abs((found.covarianceTrace[q] as number) - (traces[q] as number))).toBeLessThan(1e-9)
          expect(Math.abs((found.logDensity[q] as number) - (logs[q] as number))).toBeLessThan(1e-9)
          const logRatio = 2 * (logs[q] as number) - (half[q] as number) + 1.5 * Math.log(4 * Math.PI * sigma * sigma)
          expect(Math.abs(Math.log((found.effectiveSampleSize[q] as number) / n) - logRatio)).toBeLessThan(1e-9)
        }
      }
    },
  )

  it('sees an outlier that the moments of its group hide, however coarse the opening', () => {
    const n = 3000
    const data = hostMatrix(
      normalArray(key(7), 6 * n).map((z, e) => (Math.floor(e / 6) % 50 === 3 ? 30 * z : z)),
      n,
      6,
    )
    const evaluate = hostPosterior(cloudTree(data))
    const outliers = Array.from({ length: 60 }, (_, k) => 50 * k + 3)
    const x = Float64Array.from(outliers.flatMap((i) => Array.from(data.data.subarray(6 * i, 6 * i + 6), (value) => value + 0.004)))
    const { mean } = evaluate(x, { alpha: 1, sigma: 0.01 }, { method: 'verified', opening: 2 ** -3 }, false)
    outliers.forEach((i, q) => {
      expect(distance(mean.subarray(6 * q, 6 * q + 6), data.data.subarray(6 * i, 6 * i + 6))).toBeLessThan(1e-3 * 0.01)
    })
  })

  it('is right in a hole of the cloud', () => {
    const n = 2000
    const data = hostMatrix(
      normalArray(key(9), 3 * n).map((z, e) => z + (Math.floor(e / 3) % 2 === 0 ? 0 : 100)),
      n,
      3,
    )
    const evaluate = hostPosterior(cloudTree(data))
    const x = Float64Array.from([50, 50, 50, 30, 60, 55, 51, 50.5, 49])
    for (const sigma of [0.01, 0.3, 3]) {
      const { mean } = evaluate(x, { alpha: 1, sigma }, { method: 'verified', opening: 2 ** -3 }, false)
      for (const q of [0, 3, 6])
        expect(
          distance(mean.subarray(q, q + 3), directPosterior(data, undefined, x.subarray(q, q + 3), { alpha: 1, sigma }).mean),
        ).toBeLessThan(1e-7)
    }
  })

  it('stays with the cloud for queries far outside of it', () => {
    const n = 2000
    const data = hostMatrix(normalArray(key(8), 2 * n), n, 2)
    const evaluate = hostPosterior(cloudTree(data))
    for (const sigma of [0.1, 1, 10])
      for (const far of [10, 100, 1e4, 1e8]) {
        const x = Float64Array.from([far, -0.5 * far])
        const exact = directPosterior(data, undefined, x, { alpha: 1, sigma })
        const { mean } = evaluate(x, { alpha: 1, sigma }, { method: 'verified', opening: 2 ** -12 }, false)
        // Up to ten σ out a Gaussian still serves, to about the tolerance that such an opening is for. Farther out bounds of 1e-9 take over.
        expect(distance(mean, exact.mean)).toBeLessThan(far <= 100 ? 2e-3 : 1e-8)
      }
  })
})

describe('either sum', () => {
  const data = fromRows([
    [1, 2],
    [-1, 0.5],
    [0, 0],
  ])
  const x = [
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [0, Number.NEGATIVE_INFINITY],
    [Number.POSITIVE_INFINITY, Number.NaN],
    [1e200, 0],
    [1e150, 1],
    [0.5, 0.5],
  ]
  const queries: readonly TreeQuery[] = [
    { method: 'certified', tolerance: 1e-6 },
    { method: 'verified', opening: 1e-6 },
  ]

  it.each(queries)('has NaN and −∞ where the exact posterior has them, %o', (query) => {
    const tree = treeOnHost(B, cloudTree(data))
    for (const sigma of [1e-3, 1]) {
      const level = { alpha: 1, sigma }
      const found = tree.moments(matrix(B, x), level, query)
      const exact = untyped(B).posteriorMoments(
        matrix(B, x),
        {
          points: matrix(B, [
            [1, 2],
            [-1, 0.5],
            [0, 0],
          ]),
        },
        level,
      )
      for (const name of ['mean', 'logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const) {
        const [a, b] = [found[name], exact[name]].map((values) => Array.from(B.readNow?.(values) ?? []))
        expect(a?.map((value) => (Number.isFinite(value) ? 'finite' : String(value)))).toEqual(
          b?.map((value) => (Number.isFinite(value) ? 'finite' : String(value))),
        )
      }
    }
  })

  it('refuses a tolerance or opening that is none, and noise that is not positive', () => {
    const evaluate = hostPosterior(cloudTree(data))
    const at = (query: TreeQuery, sigma = 1) => tagOf(() => evaluate(new Float64Array(2), { alpha: 1, sigma }, query, false))
    for (const value of [-1, Number.NaN]) {
      expect(at({ method: 'certified', tolerance: value })).toBe('InvalidArgument')
      expect(at({ method: 'verified', opening: value })).toBe('InvalidArgument')
      expect(at({ method: 'verified', opening: 1 }, value)).toBe('InvalidArgument')
    }
    expect(at({ method: 'verified', opening: 1 }, 0)).toBe('InvalidArgument')
  })
})
