import {
  type ForwardProcess,
  fold,
  fromRows,
  key,
  normalArray,
  ornsteinUhlenbeck,
  quadratic,
  uniformLogSnr,
  vanishingLinear,
  vpLinear,
} from '@tweedie/core'
import { mixture } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { heun } from '../solver/explicit/heun.js'
import { ddim } from '../solver/exponential/ddim.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import { B, gaussianField, moments } from '../testing/test-problems.js'
import { solve } from './solve.js'

// From the exact law at the start of the grid, both equations must arrive at the law of the data.
const law = { mean: [1, -0.5], variance: [0.25, 1.5] }
const rows = 4000

const startingFrom = (process: ForwardProcess, t: number) => {
  const noise = normalArray(key(20), rows * 2)
  const at = (j: number) => [
    process.alpha(t) * (law.mean[j] as number),
    Math.sqrt(process.alpha(t) ** 2 * (law.variance[j] as number) + process.sigma(t) ** 2),
  ]
  const [first, second] = [at(0), at(1)] as [[number, number], [number, number]]
  return B.tensor(
    noise.map((z, k) => (k % 2 === 0 ? first[0] + first[1] * z : second[0] + second[1] * z)),
    [rows, 2],
  )
}

const expectLaw = (data: Float64Array, process: ForwardProcess, s: number): void => {
  const { mean, variance } = moments(data, 2)
  for (const j of [0, 1]) {
    const v = process.alpha(s) ** 2 * (law.variance[j] as number) + process.sigma(s) ** 2
    // 5 standard errors of the mean and of a normal sample's variance.
    expect(Math.abs((mean[j] as number) - process.alpha(s) * (law.mean[j] as number))).toBeLessThan(5 * Math.sqrt(v / rows))
    expect(Math.abs((variance[j] as number) - v)).toBeLessThan(5 * v * Math.sqrt(2 / rows))
  }
}

describe('the law at the end', () => {
  const cases = [
    ['ornstein-uhlenbeck', ornsteinUhlenbeck(), quadratic(ornsteinUhlenbeck(), 100, { start: 4, stop: 1e-3 })],
    ['vanishing-linear', vanishingLinear(), quadratic(vanishingLinear(), 100, { start: 0.999, stop: 1e-3 })],
    ['vp-linear', vpLinear(), uniformLogSnr(vpLinear(), 100, { start: 1, stop: 1e-3 })],
  ] as const
  for (const [name, process, grid] of cases) {
    const [start, stop] = [grid[0] as number, grid.at(-1) as number]
    const field = gaussianField(law, process)

    it(`is the data's, by the reverse SDE, under ${name}`, async () => {
      const { x } = await solve(B, reverseSde(B, process, field), {
        initial: startingFrom(process, start),
        grid,
        solver: eulerMaruyama,
        key: key(21),
      })
      expectLaw(await B.read(x), process, stop)
    })

    it(`is the data's, by the probability flow, under ${name}`, async () => {
      for (const solver of [heun, ddim]) {
        const { x } = await solve(B, probabilityFlow(B, process, field), { initial: startingFrom(process, start), grid, solver })
        expectLaw(await B.read(x), process, stop)
      }
    })
  }

  it('is that of two separate bumps, by the flow and by the reverse SDE alike', async () => {
    const process = vpLinear()
    const bumps = [
      { weight: 0.3, mean: [-1.5], covariance: fromRows([[0.04]]) },
      { weight: 0.7, mean: [1], covariance: fromRows([[0.25]]) },
    ]
    const field = mixture(B, bumps)(process)
    const grid = uniformLogSnr(process, 100, { start: 1, stop: 1e-3 })
    const count = 2000
    const initial = B.normal(fold(key(22), 0), [count, 1])
    const flow = await B.read((await solve(B, probabilityFlow(B, process, field), { initial, grid, solver: heun })).x)
    const sde = await B.read((await solve(B, reverseSde(B, process, field), { initial, grid, solver: eulerMaruyama, key: key(23) })).x)
    const [a, b] = [flow.sort(), sde.sort()]
    // Kolmogorov–Smirnov: 1.95 is the quantile of its limit law at 0.001.
    expect(twoSample(a, b)).toBeLessThan(1.95 * Math.sqrt(2 / count))
    const below = a.filter((value) => value < -0.5).length / count
    expect(Math.abs(below - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / count) + 0.001)
  })
})

/** The largest distance between the empirical distribution functions of two sorted samples of one size. */
const twoSample = (a: Float64Array, b: Float64Array): number => {
  let [i, j, worst] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    if ((a[i] as number) <= (b[j] as number)) i++
    else j++
    worst = Math.max(worst, Math.abs(i / a.length - j / b.length))
  }
  return worst
}
