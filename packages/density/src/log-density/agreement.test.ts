import { fromRows, hostMatrix, key, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { mlp } from '@tweedie/nn'
import { rungeKutta4 } from '@tweedie/ode-sde'
import { gaussian, mixture, pointCloud } from '@tweedie/score'
import { describe, expect, test } from 'vitest'
import type { Generator } from '../generator.js'
import { cloudDensity } from './cloud-density.js'
import { flowDensity, flowEncoding } from './flow-density.js'
import { generatorDensity } from './generator-density.js'
import { importanceDensity } from './importance-density.js'
import { labelNoise } from './label-law.js'

// The four ways where the law of the labels is known, and the generator of it too: an affine network for a Gaussian, and a network of ReLUs that
// follows the quantile function for a mixture in one dimension. Nothing is trained, so every error has a bound.

const B = cpu()
const process = vanishingLinear({ floor: 0.1 })
const { scale: r } = labelNoise('test', { process })
const grid = uniformLogSnr(process, 60)

/** ln N(x; mean, diag(variance)). */
const logNormal = (x: readonly number[], mean: readonly number[], variance: readonly number[]): number =>
  x.reduce((sum, value, j) => {
    const v = variance[j] as number
    return sum - (value - (mean[j] as number)) ** 2 / (2 * v) - 0.5 * Math.log(2 * Math.PI * v)
  }, 0)

const within = (actual: ArrayLike<number>, expected: readonly number[], tolerance: (i: number) => number): void => {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => expect(Math.abs((actual[i] as number) - value)).toBeLessThan(tolerance(i)))
}

describe('a Gaussian', () => {
  const [mean, variance] = [
    [0.5, -1],
    [0.8, 0.05],
  ] as const
  const rows = fromRows([
    [0.4, -0.9],
    [0, 0],
    [2, -1],
    [-1.5, -1.2],
  ])
  const x = [0, 1, 2, 3].map((i) => [...rows.data.subarray(2 * i, 2 * i + 2)])
  // Labels (α X + σ Z)/r with α = 1 and σ² = 0.1.
  const labelMean = mean.map((m) => m / r)
  const labelVariance = variance.map((v) => (v + 0.1) / r ** 2)
  const exact = x.map((row) => logNormal(row, labelMean, labelVariance))
  const field = gaussian(B, { mean, covariance: hostMatrix([variance[0], 0, 0, variance[1]], 2, 2) })(process)

  // F(y) = mean + R diag(√variance) y, with the columns exchanged and turned so that the Jacobian is not symmetric: the law is the same.
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)]
  const [p, q] = labelVariance.map(Math.sqrt) as [number, number]
  const generator: Generator<CpuTensor> = {
    network: mlp([2, 2]),
    parameters: [{ weight: B.tensor([s * p, c * q, c * p, -s * q], [2, 2]), bias: B.tensor(labelMean, [2]) }],
  }

  test('cloud: the closed form to rounding', async () => {
    within((await cloudDensity(B, field, { process })(rows)).logDensity, exact, () => 1e-12)
    const plain = x.map((row) =>
      logNormal(
        row,
        [...mean],
        variance.map((v) => v + 0.1),
      ),
    )
    within((await cloudDensity(B, field, { process, unitVariance: false })(rows)).logDensity, plain, () => 1e-12)
  })

  test('flow: to the error of the solver, which falls at its order, and by the prior it starts from', async () => {
    const options = { process, solver: rungeKutta4, prior: field.logDensity }
    const errors = await Promise.all(
      [10, 20].map(async (steps) => {
        const { logDensity } = await flowDensity(B, field, { ...options, grid: uniformLogSnr(process, steps) })(rows)
        return Math.max(...logDensity.map((value, i) => Math.abs(value - (exact[i] as number))))
      }),
    )
    // Order 4: a sixteenth with half the step; at least a tenth where higher orders still count.
    expect(errors[1] as number).toBeLessThan((errors[0] as number) / 10)
    within((await flowDensity(B, field, { ...options, grid })(rows)).logDensity, exact, () => 1e-5)
    // From N(0, I) the labels are another Gaussian: y ↦ (D (y − α(1) m) + m)/r per column, D² = (v + 0.1)/(α(1)² v + 1).
    const carried = x.map((row) => {
      const gain = variance.map((v) => Math.sqrt((v + 0.1) / (0.01 * v + 1)))
      return logNormal(
        row,
        mean.map((m, j) => (m - (gain[j] as number) * 0.1 * m) / r),
        gain.map((g) => (g / r) ** 2),
      )
    })
    within((await flowDensity(B, field, { process, solver: rungeKutta4, grid })(rows)).logDensity, carried, () => 1e-5)
  })

  test('flowEncoding gives the noise that the labels come from', async () => {
    const noise = await flowEncoding(B, field, { process, solver: rungeKutta4, grid })(rows)
    const expected = [...rows.data].map((value, at) => {
      const [m, v] = [mean[at % 2] as number, variance[at % 2] as number]
      return 0.1 * m + (r * value - m) * Math.sqrt((0.01 * v + 1) / (v + 0.1))
    })
    within(noise.data, expected, () => 1e-5)
  })

  test('generator: to rounding, one solution a row', async () => {
    const { logDensity, converged, residual, preimages } = await generatorDensity(B, generator, { key: key(1) })(rows)
    // The equation is solved to 1e-10 (1 + |x|), times a slope of ln p of at most 60.
    within(logDensity, exact, () => 2e-8)
    expect([...(converged as Uint8Array)]).toEqual([1, 1, 1, 1])
    expect([...(preimages as Uint8Array)]).toEqual([1, 1, 1, 1])
    expect(Math.max(...(residual as Float64Array))).toBeLessThan(3e-10)
  })

  test('importance: within four standard errors of the law with the noise added', async () => {
    const noise = 0.2
    const smooth = x.map((row) =>
      logNormal(
        row,
        labelMean,
        labelVariance.map((v) => v + noise ** 2),
      ),
    )
    const density = importanceDensity(B, generator, { key: key(2), noise, draws: 1_000 })
    const { logDensity, standardError, effectiveSampleSize } = await density(rows)
    // Four rows at four standard errors: a false alarm in 4,000 keys.
    within(logDensity, smooth, (i) => 4 * (standardError?.[i] as number))
    // The proposal is the posterior, widened by √1.5 in each of two dimensions: 3/4 of the draws are effective, less the twentieth from N(0, I).
    for (const size of effectiveSampleSize as Float64Array) expect(size).toBeGreaterThan(600)
    for (const error of standardError as Float64Array) expect(error).toBeLessThan(0.03)
    // Row 3 alone, and in chunks of 1: the same draws.
    const chunked = await importanceDensity(B, generator, { key: key(2), noise, draws: 1_000, chunk: 1 })(rows)
    within(chunked.logDensity, [...logDensity], () => 1e-9)
  })
})

describe('a mixture of two in one dimension', () => {
  const parts = [-1, 1].map((mean) => ({ mean: [mean], covariance: hostMatrix([0.1], 1, 1) }))
  const field = mixture(B, parts)(process)
  const labelDensity = (x: number, added = 0): number =>
    [-1, 1].reduce((sum, mean) => sum + 0.5 * Math.exp(logNormal([x], [mean / r], [(0.1 + 0.1) / r ** 2 + added])), 0)

  // Q(y) from Q′ = φ(y)/p(Q), Q(0) = 0 by symmetry, with Runge and Kutta's fourth order on steps of 0.005: an error of 1e-9.
  const h = 0.005
  const slope = (y: number, x: number): number => Math.exp(-0.5 * y * y) / Math.sqrt(2 * Math.PI) / labelDensity(x)
  const upper = [0]
  for (let k = 0; k < 900; k++) {
    const [y, x] = [k * h, upper[k] as number]
    const a = slope(y, x)
    const b = slope(y + h / 2, x + (h / 2) * a)
    const c = slope(y + h / 2, x + (h / 2) * b)
    upper.push(x + (h / 6) * (a + 2 * b + 2 * c + slope(y + h, x + h * c)))
  }
  const knots = [
    ...upper
      .slice(1)
      .reverse()
      .map((x) => -x),
    ...upper,
  ]
  const noiseOf = (k: number): number => (k - 900) * h
  const slopes = knots.slice(1).map((x, k) => (x - (knots[k] as number)) / h)

  // F(y) = x₀ − s₀ relu(y₀ − y) + s₀ relu(y − y₀) + Σ (s_k − s_{k−1}) relu(y − y_k).
  const turns = slopes.map((s, k) => (k === 0 ? s : s - (slopes[k - 1] as number)))
  const units = turns.length + 1
  const generator: Generator<CpuTensor> = {
    network: mlp([1, units, 1], { activation: 'relu' }),
    parameters: [
      {
        weight: B.tensor([-1, ...turns.map(() => 1)], [1, units]),
        bias: B.tensor([noiseOf(0), ...turns.map((_, k) => -noiseOf(k))], [units]),
      },
      { weight: B.tensor([-(slopes[0] as number), ...turns], [units, 1]), bias: B.tensor([knots[0] as number], [1]) },
    ],
  }
  /** ln p of the pieces differs from that of the curve by less than its change from one piece to the next, here where rows are. */
  const bound = slopes.reduce(
    (most, s, k) =>
      k === 0 || Math.abs(knots[k] as number) > 2.1 ? most : Math.max(most, Math.abs(Math.log(s / (slopes[k - 1] as number)))),
    0,
  )

  const x = [-1.8, -1, -0.5, -0.05, 0.3, 0.9, 1.5, 2]
  const rows = hostMatrix(x, x.length, 1)
  const exact = x.map((value) => Math.log(labelDensity(value)))

  test('the four agree within their errors', async () => {
    within((await cloudDensity(B, field, { process })(rows)).logDensity, exact, () => 1e-12)
    const flow = flowDensity(B, field, { process, grid, solver: rungeKutta4, prior: field.logDensity })
    within((await flow(rows)).logDensity, exact, () => 1e-4)

    expect(bound).toBeLessThan(0.06)
    const encode = flowEncoding(B, field, { process, grid, solver: rungeKutta4 })
    const made = await generatorDensity(B, generator, { key: key(3), encode, pool: 300 })(rows)
    expect([...(made.converged as Uint8Array)]).toEqual(x.map(() => 1))
    within(made.logDensity, exact, () => bound)

    const noise = 0.1
    const smooth = x.map((value) => Math.log(labelDensity(value, noise ** 2)))
    const estimate = await importanceDensity(B, generator, { key: key(4), noise, draws: 300, pool: 300 })(rows)
    // Eight rows at four standard errors: a false alarm in 2,000 keys.
    within(estimate.logDensity, smooth, (i) => 4 * (estimate.standardError?.[i] as number) + bound)
    for (const error of estimate.standardError as Float64Array) expect(error).toBeLessThan(0.1)
  })
})

describe('a point cloud', () => {
  test('of one point is a Gaussian at α y/r of variance σ²/r², and of n points their mean', async () => {
    const x = [0.3, -0.2, 1.5]
    const point = cloudDensity(B, pointCloud(B, hostMatrix([0.5], 1, 1))(process), { process })
    within(
      (await point(hostMatrix(x, 3, 1))).logDensity,
      x.map((value) => logNormal([value], [0.5 / r], [0.1 / r ** 2])),
      () => 1e-12,
    )
    const cloud = [0.5, -1, 0.2]
    const all = cloudDensity(B, pointCloud(B, hostMatrix(cloud, 3, 1))(process), { process, chunk: 2 })
    within(
      (await all(hostMatrix(x, 3, 1))).logDensity,
      x.map((value) => Math.log(cloud.reduce((sum, y) => sum + Math.exp(logNormal([value], [y / r], [0.1 / r ** 2])), 0) / 3)),
      () => 1e-12,
    )
  })
})
