import { fromRows, hostMatrix, key, normalArray, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { miniBatch, pointCloud } from './index.js'
import { B, matrix, moment, points, rowsOf } from './test-support.js'

const process = vanishingLinear({ floor: 0.01 })
const table = hostMatrix(normalArray(key(21), 1500 * 2), 1500, 2)
const x = matrix(B, [
  [0.3, 0.1],
  [-0.8, 0.5],
])

/** P(X ≤ k) for X ~ Binomial(n, p), by the recurrence of its terms. */
const binomialCdf = (k: number, n: number, p: number): number => {
  let [term, sum] = [(1 - p) ** n, 0]
  for (let i = 0; i <= Math.min(k, n); i++) {
    sum += term
    term *= ((n - i) / (i + 1)) * (p / (1 - p))
  }
  return sum
}

const normalQuantiles = { 0.5: 0.67449, 0.95: 1.959964 } as const

/** How often m ± z SE holds the full cloud's mean over keyed mini-batches, per z, query and column; and the least effective sample size. */
const covered = async (t: number, size: number, batches: number, replacement: boolean) => {
  const exact = (await rowsOf(B, pointCloud(B, table)(process)(x, t))).flat()
  const counts = Object.entries(normalQuantiles).map(([nominal, z]) => ({ nominal: Number(nominal), z, of: exact.map(() => 0) }))
  let least = Number.POSITIVE_INFINITY
  for (let k = 0; k < batches; k++) {
    const drawn = miniBatch(B, table, { size, key: key(1000 + k), replacement })(process)
    const found = (await rowsOf(B, drawn(x, t))).flat()
    const { standardErrorPerColumn, effectiveSampleSize } = drawn.diagnostics(x, t)
    const errors = (await rowsOf(B, standardErrorPerColumn)).flat()
    least = Math.min(least, ...(await B.read(effectiveSampleSize)))
    for (const { z, of } of counts)
      exact.forEach((value, e) => {
        if (Math.abs((found[e] as number) - value) <= z * (errors[e] as number)) of[e] = (of[e] as number) + 1
      })
    drawn.free()
  }
  return { counts, least }
}

describe('the standard error of a mini-batch', () => {
  // With an effective sample size above 50 the delta method's coverage is within about 1/ESS of the normal's. The counts of one interval are binomial, since
  // mini-batches of different keys are independent; each of the 8 may fail with probability 1e-6 on either side.
  it.each([true, false])('covers the full cloud as often as a normal interval does, replacement %s', async (replacement) => {
    const batches = 200
    const { counts, least } = await covered(0.6, 300, batches, replacement)
    expect(least).toBeGreaterThan(50)
    for (const { nominal, of } of counts)
      for (const count of of) {
        expect(binomialCdf(count, batches, nominal - 1 / least)).toBeGreaterThan(1e-6)
        expect(1 - binomialCdf(count - 1, batches, nominal + 1 / least)).toBeGreaterThan(1e-6)
      }
  })

  it('covers far too seldom where the effective sample size is near 1', async () => {
    // Noise of deviation 0.12 and 20 of 1,500 rows: the rows that matter are mostly not drawn, and their absence leaves no trace in the weights.
    const batches = 100
    const { counts } = await covered(0.005, 20, batches, true)
    // Were the coverage 0.95, so few would have probability below 1e-10.
    for (const count of counts.find(({ nominal }) => nominal === 0.95)?.of ?? [Number.NaN])
      expect(binomialCdf(count, batches, 0.95)).toBeLessThan(1e-10)
  })
})

describe('the diagnostics of a mini-batch', () => {
  it('obey 1/N ≤ largest weight ≤ 1, 1 ≤ ESS ≤ N, 1/largest ≤ ESS ≤ 1/largest², and agree with each other', async () => {
    const draws = fc
      .record({ dimension: fc.integer({ min: 1, max: 3 }), rows: fc.integer({ min: 1, max: 10 }) })
      .chain(({ dimension, rows }) =>
        fc.record({ table: points(dimension, rows), query: points(dimension, 2), size: fc.integer({ min: 1, max: 25 }), seed: fc.nat() }),
      )
    await fc.assert(
      fc.asyncProperty(draws, moment(-4, 6), async ({ table: rows, query, size, seed }, { process: of, t, alpha, sigma }) => {
        const drawn = miniBatch(B, fromRows(rows), { size, key: key(seed) })(of)
        const found = drawn.diagnostics(matrix(B, query), t)
        const perColumn = await rowsOf(B, found.standardErrorPerColumn)
        const [ess, largest, error, score] = (await Promise.all(
          [found.effectiveSampleSize, found.largestWeight, found.standardError, found.scoreStandardError].map(B.read),
        )) as [Float64Array, Float64Array, Float64Array, Float64Array]
        perColumn.forEach((columns, i) => {
          const [e, w] = [ess[i] as number, largest[i] as number]
          // Rounding of sums of at most 25 weights.
          const [up, down] = [1 + 1e-12, 1 - 1e-12]
          expect(w).toBeLessThanOrEqual(up)
          expect(w * size).toBeGreaterThanOrEqual(down)
          expect(e).toBeGreaterThanOrEqual(down)
          expect(e).toBeLessThanOrEqual(size * up)
          // w² ≤ Σ w_i² ≤ w Σ w_i.
          expect(e * w).toBeGreaterThanOrEqual(down)
          expect(e * w * w).toBeLessThanOrEqual(up)
          const squares = columns.reduce((sum, value) => sum + value * value, 0)
          expect(Math.abs(squares - (error[i] as number) ** 2)).toBeLessThan(1e-12)
          expect(Math.abs((score[i] as number) - (alpha / sigma ** 2) * (error[i] as number))).toBeLessThanOrEqual(
            1e-12 * (score[i] as number),
          )
        })
        drawn.free()
      }),
      { numRuns: 100 },
    )
  })

  it('are closed forms where all draws weigh the same: on a circle about the query', async () => {
    // Points at distance 1 of the query have the weight 1/N each, the largest and all others.
    const size = 40
    const circle = Array.from({ length: 8 }, (_, k) => [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)])
    const drawn = miniBatch(B, fromRows(circle), { size, key: key(2) })(process)
    const found = drawn.diagnostics(matrix(B, [[0, 0]]), 0.2)
    const rows = Array.from(drawn.indices, (i) => circle[i] as number[])
    const mean = [0, 1].map((j) => rows.reduce((sum, row) => sum + (row[j] as number), 0) / size)
    // The usual standard error of a mean, with N in the place of N − 1.
    const expected = [0, 1].map(
      (j) => Math.sqrt(rows.reduce((sum, row) => sum + ((row[j] as number) - (mean[j] as number)) ** 2, 0)) / size,
    )
    expect((await B.read(found.effectiveSampleSize))[0]).toBeCloseTo(size, 9)
    expect((await B.read(found.largestWeight))[0]).toBeCloseTo(1 / size, 12)
    for (const [j, value] of (await B.read(found.standardErrorPerColumn)).entries()) expect(value).toBeCloseTo(expected[j] as number, 12)
    drawn.free()
  })
})
