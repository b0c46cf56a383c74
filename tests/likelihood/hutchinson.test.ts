import { type Backend, hostMatrix, key, type Matrix, normalArray, uniformLogSnr, type Vector, vanishingLinear } from '@tweedie/core'
import { type HutchinsonOptions, heun, hutchinson, jacobianTrace, logLikelihood, probabilityFlow } from '@tweedie/ode-sde'
import { gaussian, mixture } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { B, D, largest, type N } from './support.js'

/**
 * Hutchinson's estimate against the exact trace on the same steps: the states are the same whatever the divergence, so the solver's error is in both
 * and what differs is the estimate's own.
 */

const process = vanishingLinear({ floor: 0.05 })
const dimension = 5
/** A Aᵀ/5 of a fixed draw: dense, so that every probe errs. */
const covariance = (seed: number) => {
  const a = normalArray(key(seed), dimension * dimension)
  const entry = (i: number, j: number): number =>
    Array.from({ length: dimension }, (_, k) => (a[i * dimension + k] as number) * (a[j * dimension + k] as number)).reduce(
      (x, y) => x + y,
      0,
    )
  return hostMatrix(
    Array.from({ length: dimension ** 2 }, (_, k) => entry(Math.floor(k / dimension), k % dimension) / 5),
    dimension,
    dimension,
  )
}
const zero = new Float64Array(dimension)
const laws = {
  gaussian: <M>(b: Backend<M>) => gaussian(b, { mean: zero, covariance: covariance(1) })(process),
  mixture: <M>(b: Backend<M>) =>
    mixture(b, [
      { mean: zero, covariance: covariance(1) },
      { mean: zero.map(() => 0.7), covariance: covariance(2) },
    ])(process),
}
const grid = uniformLogSnr(process, 4, { start: process.timeOfLogSnr(-3) })

/** The errors of the estimates and their standard errors, row by row. */
const estimated = async (
  law: keyof typeof laws,
  rows: number,
  options: HutchinsonOptions,
  mode: 'reverse' | 'forward' = 'reverse',
): Promise<{ error: number[]; standardError: Float64Array; estimate: Float64Array }> => {
  const flow = probabilityFlow(B, process, laws[law](B))
  const traced = probabilityFlow(D, process, laws[law](D))
  const x = B.normal(key(8), [rows, dimension])
  const common = { x, grid, solver: heun }
  const products = mode === 'reverse' ? { below: B, vectorJacobian: D.vectorJacobian } : { below: B, jacobianVector: D.jacobianVector }
  const exact = await logLikelihood(B, flow, { ...common, divergence: jacobianTrace(D, traced) })
  const found = await logLikelihood(B, flow, { ...common, divergence: hutchinson(products, traced, options) })
  const [a, estimate] = [await B.read(exact.logDensity), await B.read(found.logDensity)]
  const standardError = await B.read(found.standardError as Vector<N>)
  expect(largest(await B.read(exact.noise), await B.read(found.noise))).toBeLessThan(1e-12)
  return { error: Array.from(estimate, (value, i) => value - (a[i] as number)), standardError, estimate }
}

describe('Hutchinson’s estimate', () => {
  it('is within 5 standard errors of the exact trace, by either law and either product', async () => {
    for (const [law, mode] of [
      ['rademacher', 'reverse'],
      ['normal', 'forward'],
    ] as const) {
      const { error, standardError } = await estimated('mixture', 10, { key: key(3), probes: 30, law }, mode)
      // Student's t with 29 degrees of freedom goes beyond 5 with probability 2.6e-5: 5e-4 over the 20 rows here.
      error.forEach((value, i) => {
        expect(Math.abs(value)).toBeLessThan(5 * (standardError[i] as number))
        expect(standardError[i]).toBeGreaterThan(1e-3)
      })
    }
  })

  it('is the same by both products', async () => {
    const options = { key: key(5), probes: 4 }
    const [a, b] = [await estimated('mixture', 4, options), await estimated('mixture', 4, options, 'forward')]
    expect(largest(a.estimate, b.estimate)).toBeLessThan(1e-11)
    expect(largest(a.standardError, b.standardError)).toBeLessThan(1e-11)
  })

  it('has an honest standard error: intervals at 95% hold the exact value in 95% of the rows', async () => {
    const [rows, probes] = [1000, 16]
    for (const law of ['rademacher', 'normal'] as const) {
      const { error, standardError } = await estimated('gaussian', rows, { key: key(11), probes, law })
      // The 97.5% quantile of Student's t with 15 degrees of freedom.
      const covered = error.filter((value, i) => Math.abs(value) < 2.1314 * (standardError[i] as number)).length / rows
      // Binomial: ±5 √(0.95 · 0.05/1000) = ±0.034; the rest is for vᵀJv being skew, where Student's law is for normal errors.
      expect(Math.abs(covered - 0.95)).toBeLessThan(0.045)
      // Unbiased: the mean error over its own standard error is below 5, which chance leaves in 6e-7 of the keys.
      const mean = error.reduce((sum, value) => sum + value, 0) / rows
      const spread = Math.sqrt(error.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows * (rows - 1)))
      expect(Math.abs(mean)).toBeLessThan(5 * spread)
      // And of the right size: the mean square of the standard errors is the variance of the errors, which 1,000 rows give to 5 √(κ/1000), with
      // κ = E[e⁴]/E[e²]² − 1 below 3 for means of 16 squares and products of normals.
      const stated = standardError.reduce((sum, value) => sum + value * value, 0) / rows
      expect(Math.abs(stated / (spread * spread * rows) - 1)).toBeLessThan(0.27)
    }
  })

  it('gives a row the probes of its number: a batch may be cut, and the key counts', async () => {
    const flow = probabilityFlow(B, process, laws.mixture(B))
    const traced = probabilityFlow(D, process, laws.mixture(D))
    const x = B.normal(key(8), [5, dimension])
    const run = async (states: Matrix<N>, firstSample: number, seed: number): Promise<number[]> => {
      const divergence = hutchinson(D, traced, { key: key(seed), probes: 3 })
      return Array.from(await B.read((await logLikelihood(B, flow, { x: states, grid, solver: heun, firstSample, divergence })).logDensity))
    }
    const whole = await run(x, 10, 1)
    expect([...(await run(B.slice(x, 0, 0, 2), 10, 1)), ...(await run(B.slice(x, 0, 2, 5), 12, 1))]).toEqual(whole)
    expect(largest(await run(x, 0, 1), whole)).toBeGreaterThan(1e-3)
    expect(largest(await run(x, 10, 2), whole)).toBeGreaterThan(1e-3)
  })
})
