import { fromRows, type HostMatrix, hostMatrix, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localSpread } from '../spread/local-spread.js'
import { logAbsDeterminant } from './linear-algebra.js'
import { spreadDensity } from './spread-density.js'

const logNormal = (away: number, variance: number): number => -0.5 * (away ** 2 / variance + Math.log(2 * Math.PI * variance))

/** The formula as it stands: neighbours by sorting, A⁻¹ (x − y) by Gauss and Jordan, a plain sum. */
const byHand = ({ data, rows, columns: d }: HostMatrix, x: readonly number[], s: number, k: number, ridge: number): number => {
  const row = (i: number) => Array.from(data.subarray(i * d, (i + 1) * d))
  const distance = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, p) => sum + (value - (b[p] as number)) ** 2, 0)
  let p = 0
  for (let i = 0; i < rows; i++) {
    const own = row(i)
    const near = Array.from({ length: rows }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance(row(a), own) - distance(row(b), own))
      .slice(0, k)
    const a = own.map((_, u) =>
      own.map(
        (_, v) =>
          near.reduce((sum, j) => sum + ((row(j)[u] as number) - (own[u] as number)) * ((row(j)[v] as number) - (own[v] as number)), 0) / k,
      ),
    )
    const mean = a.reduce((sum, line, u) => sum + (line[u] as number) / d, 0)
    const full = a.map((line, u) => line.map((value, v) => s * s * (value + (u === v ? ridge * mean : 0))))
    const away = x.map((value, u) => value - (own[u] as number))
    const quadratic = solve(full, away).reduce((sum, value, u) => sum + value * (away[u] as number), 0)
    p += Math.exp(-0.5 * (quadratic + logAbsDeterminant(Float64Array.from(full.flat()), d) + d * Math.log(2 * Math.PI))) / rows
  }
  return Math.log(p)
}

const solve = (matrix: readonly (readonly number[])[], b: readonly number[]): readonly number[] => {
  const a = matrix.map((line, u) => [...line, b[u] as number])
  a.forEach((pivot, u) => {
    const scale = pivot[u] as number
    a.forEach((line, v) => {
      if (v === u) return
      const factor = (line[u] as number) / scale
      line.forEach((value, w) => {
        line[w] = value - factor * (pivot[w] as number)
      })
    })
  })
  return a.map((line, u) => (line[b.length] as number) / (line[u] as number))
}

const integral = async (cloud: HostMatrix, spread: number, count: number, reach: number): Promise<number> => {
  const d = cloud.columns
  const at = (k: number) => -reach + (2 * reach * k) / (count - 1)
  const data = Array.from({ length: count ** d * d }, (_, k) => at(Math.floor(Math.floor(k / d) / count ** (k % d)) % count))
  const { logDensity } = await spreadDensity(cloud, { spread, ridge: 0.2, neighbours: 4, key: key(0) })(hostMatrix(data, count ** d, d))
  return ((2 * reach) / (count - 1)) ** d * logDensity.reduce((sum, value) => sum + Math.exp(value), 0)
}

describe('spreadDensity', () => {
  test('is the sum written out', async () => {
    const numbers = fc.nat({ max: 1_000 })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 3, max: 12 }),
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom(0.5, 1, 2),
        fc.constantFrom(0.05, 0.3),
        numbers,
        async (d, rows, k, spread, ridge, seed) => {
          const cloud = hostMatrix(normalArray(key(seed), rows * d), rows, d)
          const points = hostMatrix(normalArray(key(seed + 5_000), 3 * d), 3, d)
          const { logDensity } = await spreadDensity(cloud, { spread, ridge, neighbours: k, key: key(0) })(points)
          logDensity.forEach((value, r) => {
            const expected = byHand(cloud, Array.from(points.data.subarray(r * d, (r + 1) * d)), spread, Math.min(k, rows - 1), ridge)
            // A sum of e^−745 and less is 0 by hand. The condition number is at most d/0.05 = 80, and exponents of some thousands round by 1e-12.
            if (expected > -700) expect(Math.abs(value - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)))
            else expect(value).toBeLessThan(-690)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('is the closed form of two rows, and a single Gaussian to each as the spread goes to 0', async () => {
    const cloud = fromRows([[-1], [1]])
    // One neighbour at distance 2: variance 4 (1 + ε) about each row.
    const variance = 0.7 ** 2 * 4 * 1.1
    const { logDensity } = await spreadDensity(cloud, { spread: 0.7, ridge: 0.1, key: key(0) })(fromRows([[0.3], [-2]]))
    ;[0.3, -2].forEach((x, i) => {
      const expected = Math.log(0.5 * Math.exp(logNormal(x + 1, variance)) + 0.5 * Math.exp(logNormal(x - 1, variance)))
      expect(logDensity[i]).toBeCloseTo(expected, 12)
    })
    const narrow = await spreadDensity(cloud, { spread: 1e-5, ridge: 0.1, key: key(0) })(cloud)
    for (const value of narrow.logDensity) expect(value).toBeCloseTo(Math.log(0.5) + logNormal(0, 1e-10 * 4 * 1.1), 10)
  })

  test('integrates to one in one and two dimensions', async () => {
    // The trapezoid rule: for kernels of deviation s and a step h its error is about 2 exp(−2π² s²/h²). The narrowest deviation is √0.2 of the distance to the neighbours.
    expect(await integral(hostMatrix(normalArray(key(1), 30), 30, 1), 1, 4_000, 30)).toBeCloseTo(1, 6)
    expect(await integral(hostMatrix(normalArray(key(2), 30), 15, 2), 1, 160, 12)).toBeCloseTo(1, 6)
  })

  test('is the law that localSpread draws from', async () => {
    const cloud = fromRows([[-2], [-1.5], [0], [0.4], [0.5], [3]])
    const count = 60_000
    const drawn = localSpread(cloud, { count, spread: 0.6, neighbours: 2, key: key(3) }).data
    const density = spreadDensity(cloud, { spread: 0.6, neighbours: 2, ridge: 1e-9, key: key(3) })
    const cells = 400
    for (const [low, high] of [
      [-2.2, -1],
      [-0.5, 0.2],
      [0.3, 0.7],
      [2, 6],
    ] as const) {
      const middles = Array.from({ length: cells }, (_, c) => [low + ((high - low) * (c + 0.5)) / cells])
      const { logDensity } = await density(fromRows(middles))
      const mass = (logDensity.reduce((sum, value) => sum + Math.exp(value), 0) * (high - low)) / cells
      const part = drawn.filter((x) => x >= low && x < high).length / count
      // Five standard errors: a false alarm in two million keys; those of the midpoint rule and of the ridge are below 1e-4.
      expect(Math.abs(part - mass)).toBeLessThan(5 * Math.sqrt((mass * (1 - mass)) / count) + 1e-4)
    }
  })

  test('rows that coincide, and rows far away, have a density', async () => {
    const cloud = fromRows([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1.1],
    ])
    const density = spreadDensity(cloud, { spread: 0.5, neighbours: 2, key: key(0) })
    const { logDensity } = await density(
      fromRows([
        [0, 0],
        [1e3, -1e3],
        [1e200, 0],
      ]),
    )
    expect(logDensity[0]).toBeGreaterThan(5)
    expect(Number.isFinite(logDensity[1])).toBe(true)
    expect(logDensity[2]).toBe(Number.NEGATIVE_INFINITY)
  })

  test('refuses settings without a meaning, stops when told to, and does not depend on the chunk', async () => {
    const cloud = hostMatrix(normalArray(key(4), 40), 20, 2)
    for (const options of [
      { spread: 0 },
      { spread: Number.NaN },
      { spread: 1, ridge: 0 },
      { spread: 1, neighbours: 0 },
      { spread: 1, neighbours: 1.5 },
    ])
      expect(() => spreadDensity(cloud, { ...options, key: key(0) })).toThrow(/spreadDensity/)
    expect(() => spreadDensity(fromRows([[1, 2]]), { spread: 1, key: key(0) })).toThrow(/two different rows/)
    expect(() =>
      spreadDensity(
        fromRows([
          [1, 2],
          [1, 2],
        ]),
        { spread: 1, key: key(0) },
      ),
    ).toThrow(/two different rows/)
    const density = spreadDensity(cloud, { spread: 1, chunk: 3, key: key(0) })
    expect(await density(cloud)).toEqual(await spreadDensity(cloud, { spread: 1, key: key(0) })(cloud))
    await expect(density(cloud, { signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
    await expect(density(fromRows([[1]]))).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
  })
})
