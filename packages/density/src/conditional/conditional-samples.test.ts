import { fromRows, type HostMatrix, hostMatrix, key, normalArray, takeRows, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { dpmSolver2M } from '@tweedie/ode-sde'
import { describe, expect, test } from 'vitest'
import { conditionWeights } from './condition-weights.js'
import { conditionalRows, conditionalSamples } from './conditional-samples.js'

const B = cpu()
const floor = 0.04
const process = vanishingLinear({ floor })
const flow = { process, grid: uniformLogSnr(process, 60), solver: dpmSolver2M }

/** Two clusters, x and b tied in each. */
const cloud: HostMatrix = (() => {
  const z = normalArray(key(1), 160)
  return fromRows(
    Array.from({ length: 80 }, (_, i) => {
      const [b, noise] = [z[2 * i] as number, z[2 * i + 1] as number]
      return i % 2 === 0 ? [0.8 + 0.3 * b + 0.2 * noise, 0.7 + 0.5 * b] : [-0.9 - 0.2 * b + 0.3 * noise, -0.6 + 0.6 * b]
    }),
  )
})()

const kernel = (x: number, variance: number): number => Math.exp((-0.5 * x * x) / variance)
/** P(x ≤ each) for a density on an even grid, by the trapezoidal rule; between the points, by lines (off by 0.02²/8 times a slope). */
const distribution = (density: (x: number) => number) => {
  const [from, step, count] = [-6, 0.02, 600]
  const values = Array.from({ length: count + 1 }, (_, k) => density(from + k * step))
  const sums = [0]
  for (let k = 1; k <= count; k++) sums.push((sums[k - 1] as number) + 0.5 * ((values[k - 1] as number) + (values[k] as number)))
  const total = sums[count] as number
  return (x: number): number => {
    const position = (x - from) / step
    const k = Math.floor(position)
    const [low, high] = [sums[k] as number, sums[k + 1] as number]
    return (low + (high - low) * (position - k)) / total
  }
}
/** The density of x at a time of the process, up to a factor, where X₀ has weight w(b_i) at each x_i. */
const marginal =
  (weight: (b: number) => number, t: number) =>
  (x: number): number => {
    let sum = 0
    for (let i = 0; i < cloud.rows; i++)
      sum += kernel(x - process.alpha(t) * (cloud.data[2 * i] as number), process.sigma(t) ** 2) * weight(cloud.data[2 * i + 1] as number)
    return sum
  }
/**
 * How far F_0(x) is from F_1(σ y): in one dimension the flow keeps the rank of every state, so the law at its end is compared without Monte Carlo error.
 * `wide` is the root variance that x was divided by.
 */
const rankError = (drawn: Float64Array, noise: Float64Array, weight: (b: number) => number, wide = 1): number => {
  const [start, end] = [distribution(marginal(weight, 1)), distribution(marginal(weight, 0))]
  return drawn.reduce((worst, x, i) => Math.max(worst, Math.abs(end(wide * x) - start(process.sigma(1) * (noise[i] as number)))), 0)
}
const columnOf = (m: HostMatrix, j: number): Float64Array =>
  Float64Array.from({ length: m.rows }, (_, i) => m.data[i * m.columns + j] as number)

// 60 steps of second order and the table of F: measured .0005 at most.
const SOLVER = 0.0015
// 16 steps, and the start from N(0, σ²) where the data still has the factor α = f.
const COARSE = 0.03

describe('conditionalSamples', () => {
  test('with h² the stopping variance, follow the exact conditional of the closed-form cloud density', async () => {
    // p(x, b) = Σ_i N(x; x_i, f) N(b; b_i, f): the density the unconditional flow stops at, cut at b.
    for (const b of [-0.5, 0.1, 0.6]) {
      const options = { ...flow, given: { 1: b }, count: 200, key: key(2), bandwidth: Math.sqrt(floor), unitVariance: false }
      const { samples } = await conditionalSamples(B, cloud, options)
      expect(columnOf(samples, 1).every((value) => value === b)).toBe(true)
      expect(rankError(columnOf(samples, 0), normalArray(key(2), 200), (own) => kernel(b - own, floor))).toBeLessThan(SOLVER)
    }
  })

  test('with unit variance, the same of the density divided by its root variance, at any bandwidth', async () => {
    for (const [b, h] of [
      [0.4, Math.sqrt(floor)],
      [-0.8, 0.5],
      [0.2, 0.1],
    ] as const) {
      const { samples } = await conditionalSamples(B, cloud, { ...flow, given: { 1: b }, count: 200, key: key(3), bandwidth: h })
      // (X/√(1 + f), B/√(1 + h²)) at b, for (X, B) ~ Σ_i N(x_i, f) N(b_i, h²).
      const weight = (own: number): number => kernel(Math.sqrt(1 + h * h) * b - own, h * h)
      expect(rankError(columnOf(samples, 0), normalArray(key(3), 200), weight, Math.sqrt(1 + floor))).toBeLessThan(SOLVER)
    }
  })

  test('agree with the closed-form conditional of a correlated Gaussian in 3 dimensions, smoothed as the sampler smooths', async () => {
    // x = L z. Rows of covariance C; the sampler's law has C + diag(f, f, h²) divided by its root variances.
    const L = [
      [1, 0, 0],
      [0.6, 0.8, 0],
      [0.5, -0.4, Math.sqrt(1 - 0.41)],
    ] as const
    const n = 1_200
    const z = normalArray(key(7), 3 * n)
    const rows = fromRows(
      Array.from({ length: n }, (_, i) => L.map((line) => line.reduce((sum, l, k) => sum + l * (z[3 * i + k] as number), 0))),
    )
    const [b, count] = [0.8, 500]
    const coarse = { ...flow, grid: uniformLogSnr(process, 16) }
    const found = await conditionalSamples(B, rows, { ...coarse, given: { 2: b }, count, key: key(8) })
    const [h, ess] = [found.bandwidth, found.effectiveSampleSize]
    expect(found.warning).toBeUndefined()
    const C = L.map((one) => L.map((other) => one.reduce((sum, l, k) => sum + l * (other[k] as number), 0)))
    const wide = [1 + floor, 1 + floor, 1 + h * h]
    const S = C.map((line, i) =>
      line.map((c, j) => (i === j ? 1 : c / Math.sqrt((wide[i] as number) * (wide[j] as number)))),
    ) as unknown as readonly [readonly number[], readonly number[], readonly number[]]
    const [x, y] = [columnOf(found.samples, 0), columnOf(found.samples, 1)]
    const mean = (v: Float64Array): number => v.reduce((a, c) => a + c, 0) / count
    const covariance = (v: Float64Array, w: Float64Array): number =>
      v.reduce((sum, c, i) => sum + (c - mean(v)) * ((w[i] as number) - mean(w)), 0) / count
    const exact = (i: number, j: number): number => (S[i]?.[j] as number) - (S[i]?.[2] as number) * (S[j]?.[2] as number)
    // Five standard errors of the rows that count and of the samples together (one seed in a million fails), and the solver's error.
    const relative = 1 / ess + 1 / count
    for (const [v, i] of [
      [x, 0],
      [y, 1],
    ] as const) {
      expect(Math.abs(mean(v) - (S[i]?.[2] as number) * b)).toBeLessThan(5 * Math.sqrt(exact(i, i) * relative) + COARSE)
      expect(Math.abs(covariance(v, v) - exact(i, i))).toBeLessThan(5 * exact(i, i) * Math.sqrt(2 * relative) + COARSE)
    }
    const spread = Math.sqrt(exact(0, 0) * exact(1, 1) + exact(0, 1) ** 2)
    expect(Math.abs(covariance(x, y) - exact(0, 1))).toBeLessThan(5 * spread * Math.sqrt(relative) + COARSE)
  })

  test('h → 0 draws about the nearest row; h → ∞ draws from all', async () => {
    const b = cloud.data[7] as number
    const nearest = await conditionalSamples(B, cloud, {
      ...flow,
      given: { 1: b },
      count: 100,
      key: key(4),
      bandwidth: 0,
      unitVariance: false,
    })
    expect(nearest.effectiveSampleSize).toBe(1)
    expect(nearest.warning?._tag).toBe('InvalidArgument')
    expect(rankError(columnOf(nearest.samples, 0), normalArray(key(4), 100), (own) => (own === b ? 1 : 0))).toBeLessThan(SOLVER)
    const all = await conditionalSamples(B, cloud, {
      ...flow,
      given: { 1: b },
      count: 100,
      key: key(4),
      bandwidth: 1e7,
      unitVariance: false,
    })
    expect(all.effectiveSampleSize).toBeCloseTo(80, 6)
    expect(rankError(columnOf(all.samples, 0), normalArray(key(4), 100), () => 1)).toBeLessThan(SOLVER)
  })

  test('a row depends on the key and its number alone, and not on the order of the cloud', async () => {
    const options = { ...flow, grid: uniformLogSnr(process, 8), given: { 0: 0.5 }, key: key(5) }
    const whole = await conditionalSamples(B, cloud, { ...options, count: 20 })
    const part = await conditionalSamples(B, cloud, { ...options, count: 7, chunk: 3 })
    expect(part.samples.data).toEqual(whole.samples.data.slice(0, 14))
    const turned = takeRows(
      cloud,
      Array.from({ length: 80 }, (_, i) => 79 - i),
    )
    const other = await conditionalSamples(B, turned, { ...options, count: 20 })
    other.samples.data.forEach((x, k) => {
      expect(x).toBeCloseTo(whole.samples.data[k] as number, 9)
    })
  })

  test('says so where few rows are near, and refuses what is outside', async () => {
    // b and c agree in the rows; b = 2 with c = −2 is within both ranges and near no row.
    const z = normalArray(key(9), 600)
    const tied = fromRows(
      Array.from({ length: 300 }, (_, i) => [z[2 * i] as number, z[2 * i + 1] as number, (z[2 * i + 1] as number) + 0.01]),
    )
    const few = { ...flow, grid: uniformLogSnr(process, 4), count: 2, key: key(0) }
    expect((await conditionalSamples(B, tied, { ...few, given: { 1: 2, 2: -2 } })).warning?.message).toMatch(/the nearest 2\.\d+ away/)
    expect((await conditionalSamples(B, tied, { ...few, given: { 1: 0.3, 2: 0.3 } })).warning).toBeUndefined()
    // Ten of 300 rows lie about b = 3, the others about 0.
    const apart = fromRows(Array.from({ length: 300 }, (_, i) => [z[2 * i] as number, (i < 10 ? 3 : 0) + 0.1 * (z[2 * i + 1] as number)]))
    expect((await conditionalSamples(B, apart, { ...few, given: { 1: 3 } })).warning?.message).toMatch(/few rows are near/)
    await expect(conditionalSamples(B, tied, { ...few, given: { 1: 9 } })).rejects.toThrow(/the value 9 for column 1/)
    await expect(conditionalSamples(B, tied, { ...few, given: { 1: 0 }, bandwidth: -1 })).rejects.toThrow(/bandwidth -1/)
    await expect(conditionalSamples(B, tied, { ...few, given: { 1: 0 }, count: 0 })).rejects.toThrow(/count 0/)
    const C = cpu()
    await expect(conditionalSamples(C, tied, { ...few, given: { 1: 0 }, count: 0 })).rejects.toThrow()
    expect(C.liveTensors()).toBe(0)
  })
})

describe('conditionalRows', () => {
  test('with one condition in every row are the samples of that condition; otherwise each row follows its own', async () => {
    const [count, h] = [24, 0.3]
    const values = [-0.7, 0.2, 0.9]
    const given = hostMatrix(
      Array.from({ length: count }, (_, i) => values[i % 3] as number),
      count,
      1,
    )
    const options = { ...flow, grid: uniformLogSnr(process, 12), key: key(6), bandwidth: h }
    const { samples, bandwidth } = await conditionalRows(B, cloud, { ...options, columns: [1], given, chunk: 5 })
    expect(bandwidth).toBe(h)
    for (const [k, b] of values.entries()) {
      const one = await conditionalSamples(B, cloud, { ...options, given: { 1: b }, count })
      // Rounding through twelve steps of a contracting map, and the rows that conditionalSamples leaves out.
      for (let i = k; i < count; i += 3) {
        expect(samples.data[2 * i]).toBeCloseTo(one.samples.data[2 * i] as number, 8)
        expect(samples.data[2 * i + 1]).toBe(b)
      }
    }
  })

  test('refuses conditions that do not fit, and frees what it held', async () => {
    const C = cpu()
    const options = { ...flow, key: key(0), columns: [1] }
    await expect(conditionalRows(C, cloud, { ...options, given: fromRows([[1, 2]]) })).rejects.toThrow(/conditions \[1, 2\]/)
    await expect(conditionalRows(C, cloud, { ...options, given: fromRows([[Number.NaN]]) })).rejects.toThrow(/not finite/)
    await expect(conditionalRows(C, cloud, { ...options, given: fromRows([[1]]), signal: AbortSignal.abort() })).rejects.toThrow(/aborted/)
    expect(C.liveTensors()).toBe(0)
  })
})

test('the weights that a sample reports are those of conditionWeights', async () => {
  const found = await conditionalSamples(B, cloud, {
    ...flow,
    grid: uniformLogSnr(process, 4),
    given: { 1: 0.3 },
    count: 1,
    key: key(1),
    unitVariance: false,
  })
  expect(found.effectiveSampleSize).toBe(conditionWeights(cloud, { 1: 0.3 }, found.bandwidth).effectiveSampleSize)
})
