import {
  edm,
  type ForwardProcess,
  fromRows,
  key,
  type Matrix,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  type TimeGrid,
  uniformLogSnr,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { circle, gaussian, line, type MomentField, mixture, pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { adaptive, dop853, euler, heun, rungeKutta4 } from '../index.js'
import { solve } from '../solve/solve.js'
import { ddim } from '../solver/exponential/ddim.js'
import { dpmSolver2M } from '../solver/exponential/dpm-solver-2m.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { B, logSlope } from '../testing/test-problems.js'
import { logLikelihood } from './log-likelihood.js'
import { posteriorDivergence } from './posterior-divergence.js'
import { sampleWithLogDensity } from './sample-with-log-density.js'

type Field = MomentField<CpuTensor>
type Law = (process: ForwardProcess) => Field

const correlated = fromRows([
  [1, 0.6],
  [0.6, 0.5],
])
const gaussians: Record<string, Law> = {
  'a Gaussian': gaussian(B, { mean: [1, -0.5], covariance: correlated }),
  'a Gaussian on a line': gaussian(B, {
    mean: [1, 0],
    covariance: fromRows([
      [0.5, 0.5],
      [0.5, 0.5],
    ]),
  }),
}
/** These under one process alone: they are Gaussians on a subspace too. */
const degenerate: Record<string, Law> = {
  'a line': line(B, { mean: 0.5, standardDeviation: 0.7 }),
  'a point': gaussian(B, {
    mean: [0.4, 0.1],
    covariance: fromRows([
      [0, 0],
      [0, 0],
    ]),
  }),
}
const others: Record<string, Law> = {
  'a mixture': mixture(B, [
    { weight: 2, mean: [1, 0], covariance: correlated },
    {
      weight: 1,
      mean: [-1.5, 1],
      covariance: fromRows([
        [0.1, 0],
        [0, 0.2],
      ]),
    },
    {
      weight: 1,
      mean: [0, -2],
      covariance: fromRows([
        [0.3, 0.1],
        [0.1, 0.3],
      ]),
    },
  ]),
  'a point cloud': pointCloud(
    B,
    fromRows([
      [1, 0],
      [-0.5, 1],
      [0.2, -1],
      [0.9, 0.7],
    ]),
    { logWeights: [0, 1, 0.5, -0.3] },
  ),
}
const processes: readonly ForwardProcess[] = [
  ornsteinUhlenbeck(),
  vanishingLinear({ floor: 0.01 }),
  vpLinear(),
  vpCosine(),
  varianceExploding({ sigmaMin: 0.05, sigmaMax: 10 }),
  subVp(),
  edm({ sigmaMin: 0.05, sigmaMax: 10 }),
  rectifiedFlow(),
]

/** Equal steps in log-SNR from −5 to 4, as far as the process goes. */
const gridOf = (process: ForwardProcess, steps: number, [low, high]: readonly [number, number] = [-5, 4]): TimeGrid => {
  const [start, stop] = process.timeRange
  const clip = (t: number): number => Math.min(stop, Math.max(start, t))
  return uniformLogSnr(process, steps, { start: clip(process.timeOfLogSnr(low)), stop: clip(process.timeOfLogSnr(high)) })
}

const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((worst, value, k) => {
    return Math.max(worst, Math.abs(value - (b[k] as number)))
  }, 0)

/** α m + 2σ z with m the denoiser of α y, and y and z normal: states about the support of the law, where its flow goes. */
const statesAt = (field: Field, process: ForwardProcess, t: number, rows = 4): Matrix<CpuTensor> =>
  B.scope(() => {
    const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
    const m = field(B.mul(B.normal(key(1), [rows, 2]), alpha), t)
    return B.add(B.mul(m, alpha), B.mul(B.normal(key(2), [rows, 2]), 2 * sigma))
  })

describe('the log-density of a flow with its own p_t at the noisy end is p_s', () => {
  // Local errors of rtol, up to a hundred steps, and an error of the noise that is found enters times its score there, of order 1.
  for (const process of processes)
    it(`for ${process.name}: Gaussians, singular ones too, mixtures and clouds to 1e-6, both ways`, async () => {
      for (const [laws, rtol] of [
        [process.name === 'vp-linear' ? { ...gaussians, ...degenerate } : gaussians, 1e-9],
        [process.name === 'rectified-flow' ? { ...others, 'a circle': circle(B, { radius: 1.2 }) } : others, 1e-7],
      ] as const) {
        for (const [name, law] of Object.entries(laws)) {
          const field = law(process)
          const flow = probabilityFlow(B, process, field)
          const grid = gridOf(process, 1)
          const tolerance = 1e-6
          const control = adaptive({ rtol, atol: rtol })
          const options = { grid, solver: dop853, control, divergence: posteriorDivergence(process, field), prior: field.logDensity }
          const stop = grid[1] as number
          const x = statesAt(field, process, stop)
          const exact = await B.read(field.logDensity(x, stop))
          const back = await logLikelihood(B, flow, { ...options, x })
          expect(largest(await B.read(back.logDensity), exact), `${name}, back`).toBeLessThan(tolerance)
          expect(back.standardError).toBeUndefined()
          expect([back.time, back.level]).toEqual([stop, { alpha: process.alpha(stop), sigma: process.sigma(stop) }])

          // From the noise that was found, to the same states and the same number.
          const forth = await sampleWithLogDensity(B, flow, { ...options, initial: back.noise })
          expect(largest(await B.read(forth.x), await B.read(x)), `${name}, round trip`).toBeLessThan(tolerance)
          expect(largest(await B.read(forth.logDensity), await B.read(back.logDensity)), `${name}, forth`).toBeLessThan(tolerance)
          const own = await B.read(field.logDensity(forth.x, stop))
          expect(largest(await B.read(forth.logDensity), own), `${name}, of its own sample`).toBeLessThan(tolerance)
        }
      }
    })
})

describe('the order of the log-density is that of the solver, by regression over five step sizes', () => {
  const process = vanishingLinear({ floor: 0.05 })
  for (const [name, law] of Object.entries({ ...gaussians, ...others }).filter(([each]) => ['a Gaussian', 'a point cloud'].includes(each)))
    for (const solver of [euler, ddim, heun, dpmSolver2M, rungeKutta4])
      it(`${solver.name} for ${name}`, async () => {
        const field = law(process)
        const flow = probabilityFlow(B, process, field)
        const x = B.tensor([0.5, 0.2, -0.4, 0.9, 1.1, -0.7], [3, 2])
        const counts = [32, 48, 64, 96, 128]
        const errors: number[] = []
        for (const steps of counts) {
          const grid = gridOf(process, steps, [-3, 2])
          const options = { divergence: posteriorDivergence(process, field), prior: field.logDensity, grid, solver }
          const exact = await B.read(field.logDensity(x, grid[steps] as number))
          errors.push(largest(await B.read((await logLikelihood(B, flow, { ...options, x })).logDensity), exact))
        }
        const order = logSlope(
          counts.map((count) => 1 / count),
          errors,
        )
        expect(Math.abs(order - solver.order)).toBeLessThan(0.15)
      })
})

describe('sampleWithLogDensity', () => {
  it('takes the steps of solve', async () => {
    const process = ornsteinUhlenbeck()
    const field = (others['a mixture'] as Law)(process)
    const flow = probabilityFlow(B, process, field)
    const initial = B.normal(key(5), [20, 2])
    const grid = gridOf(process, 12)
    for (const solver of [euler, heun, rungeKutta4, ddim, dpmSolver2M]) {
      const alone = await solve(B, flow, { initial, grid, solver })
      const { x, statistics } = await sampleWithLogDensity(B, flow, {
        initial,
        grid,
        solver,
        divergence: posteriorDivergence(process, field),
      })
      // The denoiser and the mean of the moments may round differently.
      expect(largest(await B.read(x), await B.read(alone.x))).toBeLessThan(1e-12)
      expect({ ...statistics, seconds: 0 }).toEqual({ ...alone.statistics, seconds: 0 })
    }
  })
})
