import { fromRows, type HostMatrix, hostMatrix, key, normalArray, permutation, takeRows } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bandwidthFor, commonBandwidth } from './bandwidth.js'
import { conditionWeights } from './condition-weights.js'
import { exactRows } from './exact-rows.js'

const cloudOf = (seed: number, rows: number, columns: number): HostMatrix =>
  hostMatrix(normalArray(key(seed), rows * columns), rows, columns)
const row = (cloud: HostMatrix, i: number): readonly number[] => Array.from(cloud.data.subarray(i * cloud.columns, (i + 1) * cloud.columns))
const sizes = fc.record({ seed: fc.nat(), rows: fc.integer({ min: 2, max: 30 }), i: fc.nat(), h: fc.integer({ min: 1, max: 40 }) })

describe('conditionWeights', () => {
  test('are the normalised exp(−|b − b_i|²/(2h²)), with 1/Σ w² effective rows', () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, i, h }) => {
        const cloud = cloudOf(seed, rows, 3)
        const [b0, , b2] = row(cloud, i % rows) as [number, number, number]
        const bandwidth = h / 10
        // Within half a standard deviation of a row that is there: inside.
        const { logWeights, effectiveSampleSize } = conditionWeights(cloud, { 2: b2, 0: b0 }, bandwidth)
        const plain = Array.from({ length: rows }, (_, k) => {
          const [x, , z] = row(cloud, k) as [number, number, number]
          return Math.exp(-((x - b0) ** 2) / (2 * bandwidth ** 2)) * Math.exp(-((z - b2) ** 2) / (2 * bandwidth ** 2))
        })
        const total = plain.reduce((a, c) => a + c, 0)
        plain.forEach((w, k) => {
          expect(Math.exp(logWeights[k] as number)).toBeCloseTo(w / total, 12)
        })
        const squares = plain.reduce((a, c) => a + (c / total) ** 2, 0)
        expect(effectiveSampleSize / (1 / squares)).toBeCloseTo(1, 12)
      }),
    )
  })

  test('at h → 0 the row at b has all the weight; at h → ∞ all rows weigh the same', () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, i }) => {
        const cloud = cloudOf(seed, rows, 2)
        const b = cloud.data[2 * (i % rows) + 1] as number
        for (const h of [0, 1e-12]) {
          const { logWeights, effectiveSampleSize } = conditionWeights(cloud, { 1: b }, h)
          expect(logWeights[i % rows]).toBe(0)
          expect(effectiveSampleSize).toBe(1)
        }
        // |b − b_i|²/(2h²) < 10⁻¹³ for normal numbers.
        const wide = conditionWeights(cloud, { 1: b }, 1e8)
        for (const w of wide.logWeights) expect(w).toBeCloseTo(-Math.log(rows), 12)
        expect(wide.effectiveSampleSize).toBeCloseTo(rows, 9)
      }),
    )
  })

  test('rows that coincide share the weight at h = 0', () => {
    const cloud = fromRows([
      [1, 5],
      [1, 6],
      [2, 7],
      [1, 8],
    ])
    const { logWeights, effectiveSampleSize } = conditionWeights(cloud, { 0: 1 }, 0)
    expect(Array.from(logWeights, Math.exp)).toEqual([expect.closeTo(1 / 3, 15), expect.closeTo(1 / 3, 15), 0, expect.closeTo(1 / 3, 15)])
    expect(effectiveSampleSize).toBeCloseTo(3, 14)
  })

  test('follow the rows when these change places', () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, i, h }) => {
        const cloud = cloudOf(seed, rows, 2)
        const order = permutation(key(seed + 1), rows)
        const given = { 0: cloud.data[2 * (i % rows)] as number }
        const [before, after] = [conditionWeights(cloud, given, h / 10), conditionWeights(takeRows(cloud, order), given, h / 10)]
        order.forEach((from, to) => {
          // The same numbers summed in another order.
          expect(after.logWeights[to]).toBeCloseTo(before.logWeights[from] as number, 11)
        })
      }),
    )
  })

  test('more rows count effectively at a larger bandwidth', () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, i, h }) => {
        const cloud = cloudOf(seed, rows, 2)
        const given = { 0: cloud.data[2 * (i % rows)] as number }
        const at = (bandwidth: number) => conditionWeights(cloud, given, bandwidth).effectiveSampleSize
        expect(at(h / 8)).toBeGreaterThanOrEqual(at(h / 10) * (1 - 1e-12))
      }),
    )
  })

  test('no distance underflows: far rows in bandwidths leave the nearest one, with a warning', () => {
    const { logWeights, effectiveSampleSize, warning } = conditionWeights(
      fromRows([
        [0, 1],
        [1, 2],
        [2, 3],
      ]),
      { 0: 1.4 },
      1e-6,
    )
    expect(logWeights[1]).toBe(0)
    expect(logWeights.every((w) => w <= 0)).toBe(true)
    expect(effectiveSampleSize).toBe(1)
    expect(warning?._tag).toBe('InvalidArgument')
    expect(warning?.message).toMatch(/1\.00 effective rows/)
    expect(conditionWeights(cloudOf(1, 500, 2), { 0: 0 }, 0.3).warning).toBeUndefined()
  })

  test('refuses conditions that are none', () => {
    const cloud = cloudOf(2, 20, 3)
    const cases: readonly [Record<number, number>, number, RegExp][] = [
      [{}, 1, /no column is given/],
      [{ 0: 0, 1: 0, 2: 0 }, 1, /all 3 columns are given/],
      [{ 3: 0 }, 1, /a given column 3 of 3/],
      [{ [-1]: 0 }, 1, /a given column -1 of 3/],
      [{ 0.5: 0 }, 1, /a given column 0.5 of 3/],
      [{ 0: Number.NaN }, 1, /the value NaN for column 0/],
      [{ 0: 0 }, Number.NaN, /bandwidth NaN/],
      [{ 0: 0 }, -1, /bandwidth -1/],
      [{ 1: 9 }, 1, /the value 9 for column 1, whose rows range from/],
    ]
    for (const [given, h, message] of cases) expect(() => conditionWeights(cloud, given, h)).toThrow(message)
    expect(() => conditionWeights(hostMatrix([], 0, 3), { 0: 0 }, 1)).toThrow(/without rows/)
  })
})

describe('bandwidthFor', () => {
  test('is 0.75 of Silverman’s where enough rows are near', () => {
    const cloud = cloudOf(3, 4_000, 3)
    const deviation = (j: number): number => {
      const values = Array.from({ length: 4_000 }, (_, i) => cloud.data[3 * i + j] as number)
      const mean = values.reduce((a, c) => a + c, 0) / 4_000
      return Math.sqrt(values.reduce((a, c) => a + (c - mean) ** 2, 0) / 4_000)
    }
    // Silverman (1986), eq. (4.14) and below: 1.06 σ n^(−1/5) in one dimension, σ n^(−1/6) in two.
    expect(bandwidthFor(cloud, { 0: 0 })).toBeCloseTo(0.75 * (4 / 3) ** 0.2 * deviation(0) * 4_000 ** -0.2, 12)
    expect(commonBandwidth(cloud, [0, 1])).toBeCloseTo(0.75 * Math.hypot(deviation(0), deviation(1)) * Math.SQRT1_2 * 4_000 ** (-1 / 6), 12)
  })

  test('grows to the rows wanted and no more than a step further; a scaled cloud has a scaled bandwidth', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 60 }), (seed, rows, wanted) => {
        const cloud = cloudOf(seed, rows, 3)
        const [b0, b1] = row(cloud, 0) as [number, number, number]
        const options = { effectiveSampleSize: wanted, unitVariance: false }
        const h = bandwidthFor(cloud, { 0: b0, 1: b1 }, options)
        const at = (bandwidth: number) => conditionWeights(cloud, { 0: b0, 1: b1 }, bandwidth).effectiveSampleSize
        expect(at(h)).toBeGreaterThanOrEqual(Math.min(wanted, rows / 2))
        if (h > commonBandwidth(cloud, [0, 1])) expect(at(h / 2 ** (1 / 8))).toBeLessThan(Math.min(wanted, rows / 2))
        const scaled = { ...cloud, data: cloud.data.map((x) => 4 * x) }
        expect(bandwidthFor(scaled, { 0: 4 * b0, 1: 4 * b1 }, options) / (4 * h)).toBeCloseTo(1, 9)
      }),
    )
  })

  test('refuses a number of rows that is none', () => {
    expect(() => bandwidthFor(cloudOf(0, 5, 2), { 0: 0 }, { effectiveSampleSize: Number.NaN })).toThrow(/effectiveSampleSize NaN/)
  })
})

describe('the weighted rows of a large cloud', () => {
  /** Mean and variance of column 0 under the weights of a condition on the others. */
  const weighted = (cloud: HostMatrix, given: Record<number, number>, h: number) => {
    const { logWeights, effectiveSampleSize } = conditionWeights(cloud, given, h)
    let [mean, square] = [0, 0]
    logWeights.forEach((l, i) => {
      const x = cloud.data[i * cloud.columns] as number
      mean += Math.exp(l) * x
      square += Math.exp(l) * x * x
    })
    return { mean, variance: square - mean ** 2, effectiveSampleSize }
  }

  test('have the moments of the closed-form conditional given b + kernel noise: a correlated Gaussian in 2 and 3 dimensions', () => {
    // x = 0.6 b + 0.8 z; and x = 0.6 b + 0.3 c + s z. Given B + hξ = b with B of covariance I: gain 1/(1 + h²) per given column.
    const n = 40_000
    const z = normalArray(key(5), 3 * n)
    const h = 0.3
    for (const gains of [[0.6], [0.6, 0.3]]) {
      const rest = 1 - gains.reduce((a, g) => a + g * g, 0)
      const d = gains.length + 1
      const data = new Float64Array(n * d)
      for (let i = 0; i < n; i++) {
        const b = gains.map((_, k) => z[3 * i + 1 + k] as number)
        data.set([b.reduce((a, x, k) => a + x * (gains[k] as number), Math.sqrt(rest) * (z[3 * i] as number)), ...b], i * d)
      }
      const at = [0.8, -0.5]
      const given = Object.fromEntries(gains.map((_, k) => [k + 1, at[k] as number]))
      const { mean, variance, effectiveSampleSize } = weighted(hostMatrix(data, n, d), given, h)
      const exactMean = gains.reduce((a, g, k) => a + (g * (at[k] as number)) / (1 + h * h), 0)
      const exactVariance = rest + gains.reduce((a, g) => a + (g * g * h * h) / (1 + h * h), 0)
      expect(effectiveSampleSize).toBeGreaterThan(1_000)
      // Five standard errors of a mean and a variance of so many rows: one seed in a million fails.
      expect(Math.abs(mean - exactMean)).toBeLessThan(5 * Math.sqrt(exactVariance / effectiveSampleSize))
      expect(Math.abs(variance - exactVariance)).toBeLessThan(5 * exactVariance * Math.sqrt(2 / effectiveSampleSize))
    }
  })

  test('have the distribution function of the closed-form conditional of a mixture', () => {
    // Half N((1, 1), 0.16 I), half N((−1, −1), 0.16 I). Given B + hξ = b the share of the first is that of N(±1, 0.16 + h²) at b; x is normal in each.
    const n = 40_000
    const z = normalArray(key(6), 2 * n)
    const cloud = hostMatrix(
      z.map((value, at) => 0.4 * value + ((at >> 1) % 2 === 0 ? 1 : -1)),
      n,
      2,
    )
    const [b, h] = [0.1, 0.25]
    const share = 1 / (1 + Math.exp((-2 * b) / (0.16 + h * h)))
    const { logWeights, effectiveSampleSize } = conditionWeights(cloud, { 1: b }, h)
    const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (cloud.data[2 * i] as number) - (cloud.data[2 * j] as number))
    let [below, distance] = [0, 0]
    for (const i of order) {
      const x = cloud.data[2 * i] as number
      const exact = share * normal((x - 1) / 0.4) + (1 - share) * normal((x + 1) / 0.4)
      distance = Math.max(distance, Math.abs(below - exact))
      below += Math.exp(logWeights[i] as number)
      distance = Math.max(distance, Math.abs(below - exact))
    }
    // Kolmogorov–Smirnov with as many rows as count: P(D > 2.7/√n) ≈ 2 e^(−2·2.7²) < 10⁻⁶.
    expect(effectiveSampleSize).toBeGreaterThan(1_000)
    expect(distance).toBeLessThan(2.7 / Math.sqrt(effectiveSampleSize))
  })
})

/** Φ, by the trapezoidal rule on the density: its error at step 0.05 is far below 10⁻⁹. */
const normal = (x: number): number => {
  const from = -9
  if (x <= from) return 0
  const steps = Math.ceil((x - from) / 0.05)
  const step = (x - from) / steps
  const density = (u: number): number => Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI)
  let sum = 0.5 * (density(from) + density(x))
  for (let k = 1; k < steps; k++) sum += density(from + k * step)
  // Euler–Maclaurin: the first correction of the trapezoidal rule at the upper end.
  return sum * step + (step * step * x * density(x)) / 12
}

describe('exactRows', () => {
  test('are the rows with the value, where enough have it; the other columns are left to the kernel', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 40 }),
        (pairs) => {
          const cloud = fromRows(pairs.map(([a, b]) => [a, b, 0]))
          const { rows, rest } = exactRows(cloud, { 0: 1, 1: 2 }, 4)
          const first = pairs.flatMap(([a], i) => (a === 1 ? [i] : []))
          const kept = first.length >= 4 ? first : pairs.map((_, i) => i)
          const second = kept.filter((i) => pairs[i]?.[1] === 2)
          expect(Array.from(rows)).toEqual(second.length >= 4 ? second : kept)
          expect(rest).toEqual({ ...(first.length < 4 && { 0: 1 }), ...(second.length < 4 && { 1: 2 }) })
        },
      ),
    )
    expect(() => exactRows(cloudOf(1, 4, 2), { 0: 1 }, 0)).toThrow(/atLeast 0/)
  })
})
