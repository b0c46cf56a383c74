import { fromRows, hostMatrix, key, normalArray, takeRows, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { biasBound, cloudRadius, importanceRho, meanSquareErrorBound, miniBatch, pointCloud } from './index.js'
import { B, matrix, minus, norm, points, rowsOf, tagOf } from './test-support.js'

/** Σ w_i y_i with w ∝ weights. */
const average = (weights: readonly number[], rows: readonly (readonly number[])[]): number[] => {
  const total = weights.reduce((sum, w) => sum + w, 0)
  return (rows[0] as readonly number[]).map(
    (_, j) => rows.reduce((sum, row, i) => sum + (weights[i] as number) * (row[j] as number), 0) / total,
  )
}

describe('the bounds of Agapiou et al., Theorem 2.1', () => {
  it('hold of the exact expectations over all nᴺ mini-batches of a small cloud', () => {
    const cases = fc.record({
      cloud: fc.integer({ min: 1, max: 3 }).chain((dimension) => points(dimension, 2, 5)),
      size: fc.integer({ min: 1, max: 4 }),
      weights: fc.array(fc.double({ min: -12, max: 0, noNaN: true }).map(Math.exp), { minLength: 5, maxLength: 5 }),
    })
    fc.assert(
      fc.property(cases, ({ cloud, size, weights }) => {
        const n = cloud.length
        const g = weights.slice(0, n)
        const exact = average(g, cloud)
        const rho = (n * g.reduce((sum, w) => sum + w * w, 0)) / g.reduce((sum, w) => sum + w, 0) ** 2
        let square = 0
        const bias = exact.map(() => 0)
        for (let code = 0; code < n ** size; code++) {
          const draw = Array.from({ length: size }, (_, k) => Math.floor(code / n ** k) % n)
          const found = average(
            draw.map((i) => g[i] as number),
            draw.map((i) => cloud[i] as number[]),
          )
          const error = minus(found, exact)
          square += norm(error) ** 2 / n ** size
          error.forEach((value, j) => {
            bias[j] = (bias[j] as number) + value / n ** size
          })
        }
        const sampling = { size, rho: Math.max(1, rho), radius: cloudRadius(fromRows(cloud)) }
        // Rounding of sums of at most 625 terms of size 4.
        expect(square).toBeLessThanOrEqual(meanSquareErrorBound(sampling) + 1e-12)
        expect(norm(bias)).toBeLessThanOrEqual(biasBound(sampling) + 1e-12)
      }),
      { numRuns: 200 },
    )
  })

  it('hold of repeated mini-batches, whose ρ is rows/ESS of the full cloud; N/ESS of a mini-batch estimates it', async () => {
    const table = hostMatrix(normalArray(key(31), 1000 * 2), 1000, 2)
    const process = vanishingLinear({ floor: 0.01 })
    const x = matrix(B, [
      [0.2, -0.4],
      [1.2, 0.3],
    ])
    const radius = cloudRadius(table)
    for (const t of [0.05, 0.5]) {
      const full = pointCloud(B, table)(process)
      const exact = await rowsOf(B, full(x, t))
      const support = await B.read(full.moments(x, t).effectiveSampleSize)
      const [size, batches] = [200, 120]
      const square = exact.map(() => 0)
      const bias = exact.map(() => [0, 0])
      const estimates = exact.map(() => 0)
      for (let k = 0; k < batches; k++) {
        const drawn = miniBatch(B, table, { size, key: key(500 + k) })(process)
        const found = await rowsOf(B, drawn(x, t))
        const sizes = await B.read(drawn.diagnostics(x, t).effectiveSampleSize)
        found.forEach((row, i) => {
          const error = minus(row, exact[i] as number[])
          square[i] = (square[i] as number) + norm(error) ** 2 / batches
          estimates[i] = (estimates[i] as number) + importanceRho(size, sizes[i] as number) / batches
          bias[i] = (bias[i] as number[]).map((b, j) => b + (error[j] as number) / batches)
        })
        drawn.free()
      }
      exact.forEach((_, i) => {
        const rho = importanceRho(table.rows, support[i] as number)
        expect(square[i]).toBeLessThan(meanSquareErrorBound({ size, rho, radius }))
        // The mean of the errors is off the bias by Monte Carlo of √(MSE/batches); the bound is far above both.
        expect(norm(bias[i] as number[])).toBeLessThan(biasBound({ size, rho, radius }))
        // A ratio of means: consistent, with a relative bias of order ρ/N, at most a fifth here, and as much of Monte Carlo.
        expect(Math.abs((estimates[i] as number) / rho - 1)).toBeLessThan(0.25)
      })
      full.free()
    }
  })

  it('the mean-square error at two points is the binomial sum, which mini-batches meet', async () => {
    // Rows −1 and 1 with weights v and w: with k of N draws at 1 the estimate is (k w − (N − k) v)/(k w + (N − k) v).
    const process = vanishingLinear({ floor: 0.01 })
    const [t, query, size] = [0.5, 0.3, 6]
    const [alpha, variance] = [process.alpha(t), process.sigma(t) ** 2]
    const [v, w] = [-1, 1].map((y) => Math.exp(-((query - alpha * y) ** 2) / (2 * variance))) as [number, number]
    const exact = (w - v) / (w + v)
    const choose = (k: number): number => (k === 0 ? 1 : (choose(k - 1) * (size - k + 1)) / k)
    const moments = [2, 4].map((power) =>
      Array.from(
        { length: size + 1 },
        (_, k) => (choose(k) / 2 ** size) * ((k * w - (size - k) * v) / (k * w + (size - k) * v) - exact) ** power,
      ).reduce((sum, term) => sum + term, 0),
    ) as [number, number]
    const batches = 400
    let square = 0
    for (let k = 0; k < batches; k++) {
      const drawn = miniBatch(B, fromRows([[-1], [1]]), { size, key: key(k) })(process)
      const [found] = await B.read(drawn(matrix(B, [[query]]), t))
      square += ((found as number) - exact) ** 2 / batches
      drawn.free()
    }
    // Five standard errors: a failure at an unlucky seed has probability 6e-7.
    expect(Math.abs(square - moments[0])).toBeLessThan(5 * Math.sqrt((moments[1] - moments[0] ** 2) / batches))
    const rho = (2 * (v * v + w * w)) / (v + w) ** 2
    expect(moments[0]).toBeLessThan(meanSquareErrorBound({ size, rho }))
  })

  it('are 4ρR²/N and 12ρR/N; ρ is 1 for equal weights and N for one weight', () => {
    expect(meanSquareErrorBound({ size: 100, rho: 5 })).toBeCloseTo(0.2, 15)
    expect(meanSquareErrorBound({ size: 100, rho: 5, radius: 3 })).toBeCloseTo(1.8, 14)
    expect(biasBound({ size: 100, rho: 5, radius: 3 })).toBeCloseTo(1.8, 14)
    expect([importanceRho(50, 50), importanceRho(50, 1), importanceRho(50, 50 * (1 + 1e-6))]).toEqual([1, 50, 1])
    for (const wrong of [
      { size: 0, rho: 2 },
      { size: 2.5, rho: 2 },
      { size: 3, rho: 0.5 },
      { size: 3, rho: Number.NaN },
      { size: 3, rho: 1, radius: -1 },
    ])
      for (const bound of [meanSquareErrorBound, biasBound]) expect(tagOf(() => bound(wrong))).toBe('InvalidArgument')
    for (const [size, ess] of [
      [0, 1],
      [5, 6],
      [5, 0.9],
      [5, Number.NaN],
    ] as const)
      expect(tagOf(() => importanceRho(size, ess))).toBe('InvalidArgument')
  })
})

describe('cloudRadius', () => {
  it('is that of a ball about the middle of the box which holds every row, at most √d times too large', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }).chain((dimension) => points(dimension, 1, 12)),
        (rows) => {
          const radius = cloudRadius(fromRows(rows))
          const widest = Math.max(...rows.flatMap((a) => rows.map((b) => norm(minus(a, b)))))
          // Two rows of a ball are at most 2R apart, and a ball of radius diameter · √(d/(2d + 2)) holds them (Jung): R ≤ √d times that.
          const d = (rows[0] as number[]).length
          expect(2 * radius).toBeGreaterThanOrEqual(widest - 1e-12)
          expect(radius).toBeLessThanOrEqual(Math.sqrt(d) * widest * Math.sqrt(d / (2 * d + 2)) + 1e-12)
        },
      ),
    )
    expect(cloudRadius(takeRows(fromRows([[3, 4]]), [0, 0]))).toBe(0)
    expect(tagOf(() => cloudRadius(fromRows([[Number.NaN]])))).toBe('NotFinite')
  })
})
