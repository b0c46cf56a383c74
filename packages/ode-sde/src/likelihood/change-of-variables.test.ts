import {
  fromRows,
  key,
  linear,
  type Matrix,
  ornsteinUhlenbeck,
  rectifiedFlow,
  type TimeGrid,
  type Vector,
  vanishingLinear,
} from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { gaussian, mixture, pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { heun } from '../solver/explicit/heun.js'
import { rungeKutta4 } from '../solver/explicit/runge-kutta-4.js'
import { ddim } from '../solver/exponential/ddim.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import { semiLinear } from '../term/semi-linear.js'
import { B } from '../testing/test-problems.js'
import type { Divergence } from './divergence.js'
import { hutchinson } from './hutchinson.js'
import { logLikelihood } from './log-likelihood.js'
import { posteriorDivergence } from './posterior-divergence.js'
import { noisePrior } from './prior.js'
import { sampleWithLogDensity } from './sample-with-log-density.js'

const process = vanishingLinear({ floor: 0.05 })
const cloud = pointCloud(
  B,
  fromRows([
    [0.5, 0.1],
    [-1, 0.3],
  ]),
)(process)
const flow = probabilityFlow(B, process, cloud)
const divergence = posteriorDivergence(process, cloud)
const grid = linear(process, 20)
const uniform = (first: number, last: number, steps: number): TimeGrid =>
  Array.from({ length: steps + 1 }, (_, k) => first + ((last - first) * k) / steps)

/** A divergence that a user writes. */
const constant = (value: number): Divergence<CpuTensor> => ({
  name: 'constant',
  estimates: 1,
  open: (_, { rows }) => ({ held: [], at: () => ({ divergence: B.full([rows, 1], value) }) }),
})

describe('a flow of a user', () => {
  // dx/dt = A x carries N(0, I) at time 0 to N(0, e^(A t) e^(Aᵀt)): for a nilpotent plus diagonal A the exponential is known.
  const [a, b] = [0.7, -1.1]
  const matrix = B.tensor([a, 0, b, a], [2, 2])
  const standard = (x: Matrix<CpuTensor>): Vector<CpuTensor> => B.sub(B.mul(B.sum(B.square(x), 1), -0.5), Math.log(2 * Math.PI))

  it('linear, on an upward grid: the change of variables of an affine map, whatever is in the linear part', async () => {
    const whole = odeTerm(B, (x) => B.matMul(x, matrix))
    const split = semiLinear(B, { linear: () => a, nonlinear: (x) => B.matMul(x, B.tensor([0, 0, b, 0], [2, 2])) })
    const initial = B.normal(key(3), [5, 2])
    const times = uniform(0, 0.8, 60)
    for (const [term, trace] of [
      [whole, 2 * a],
      [split, 0],
    ] as const)
      for (const solver of [rungeKutta4, ddim]) {
        const options = { grid: times, solver, divergence: constant(trace), prior: standard }
        const { x, logDensity, level } = await sampleWithLogDensity(B, term, { ...options, initial })
        expect(level).toBeUndefined()
        const [found, before] = [await B.read(logDensity), await B.read(standard(initial))]
        // ln p(z) − t tr A: both the constant and the linear part are integrated without error by either method.
        found.forEach((value, i) => {
          expect(Math.abs(value - ((before[i] as number) - 0.8 * 2 * a))).toBeLessThan(1e-12)
        })
        if (solver === ddim) continue
        const e = Math.exp(0.8 * a)
        const map = B.tensor([e, 0, 0.8 * b * e, e], [2, 2])
        const exact = await B.read(B.matMul(initial, map))
        const values = await B.read(x)
        // RK4: (h ‖A‖)⁴ · t ‖A‖ e^(…)/120 with h = 0.8/60.
        values.forEach((value, k) => {
          expect(Math.abs(value - (exact[k] as number))).toBeLessThan(1e-8)
        })
      }
  })

  it('without a prior is refused, and so is a term with noise', async () => {
    const term = odeTerm(B, (x) => B.matMul(x, matrix))
    const x = B.tensor([1, 2], [1, 2])
    await expect(logLikelihood(B, term, { x, grid, solver: heun, divergence: constant(0) })).rejects.toMatchObject({
      _tag: 'InvalidArgument',
      message: expect.stringMatching(/no prior/),
    })
    for (const solver of [heun, eulerMaruyama])
      await expect(
        logLikelihood(B, reverseSde(B, process, cloud), { x, grid, solver, divergence, prior: cloud.logDensity }),
      ).rejects.toMatchObject({ _tag: 'InvalidArgument', message: expect.stringMatching(/noise/) })
  })
})

describe('the prior', () => {
  it('is N(0, σ² I), which is p_t where α = 0', async () => {
    const x = B.tensor([0.3, -1, 2, 0.5], [2, 2])
    for (const t of [0.2, 1]) {
      const wide = process.sigma(t) ** 2
      const exact = gaussian(B, {
        mean: [0, 0],
        covariance: fromRows([
          [wide, 0],
          [0, wide],
        ]),
      })(rectifiedFlow())
      const [a, b] = [await B.read(noisePrior(B, process)(x, t)), await B.read(exact.logDensity(x, 0))]
      a.forEach((value, i) => {
        expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-14 * (1 + Math.abs(value)))
      })
    }
    expect(() => noisePrior(B, vanishingLinear())(x, 0)).toThrow(/σ = 0/)
  })

  it('is the one of the process where none is given', async () => {
    const start = rectifiedFlow()
    const law = gaussian(B, {
      mean: [1, 0],
      covariance: fromRows([
        [1, 0.5],
        [0.5, 1],
      ]),
    })(start)
    const x = B.tensor([0.3, -1, 2, 0.5], [2, 2])
    const options = { grid: linear(start, 100, { stop: 0.05 }), solver: rungeKutta4, divergence: posteriorDivergence(start, law) }
    const found = await B.read((await logLikelihood(B, probabilityFlow(B, start, law), { ...options, x })).logDensity)
    const exact = await B.read(law.logDensity(x, 0.05))
    // α = 0 at t = 1: the prior is exact. RK4 at 100 steps down to σ = 0.05, where the step is 0.2 σ.
    found.forEach((value, i) => {
      expect(Math.abs(value - (exact[i] as number))).toBeLessThan(1e-4)
    })
  })
})

describe('rows', () => {
  it('do not see each other: a batch may be cut', async () => {
    const x = B.normal(key(7), [6, 2])
    const whole = await B.read((await logLikelihood(B, flow, { x, grid, solver: heun, divergence })).logDensity)
    const parts: number[] = []
    for (let i = 0; i < 6; i += 2)
      parts.push(
        ...(await B.read((await logLikelihood(B, flow, { x: B.slice(x, 0, i, i + 2), grid, solver: heun, divergence })).logDensity)),
      )
    expect(parts).toEqual(Array.from(whole))
  })
})

describe('what is refused', () => {
  const x = B.tensor([0.1, 0.2], [1, 2])
  const refused = async (promise: Promise<unknown>, tag: string, what: RegExp): Promise<void> =>
    expect(promise).rejects.toMatchObject({ _tag: tag, message: expect.stringMatching(what) })

  it('σ = 0 at an end, a field of another process, no grid, a firstSample that is no number of a row', async () => {
    const bare = vanishingLinear()
    const law = mixture(B, [
      {
        mean: [0, 0],
        covariance: fromRows([
          [1, 0],
          [0, 1],
        ]),
      },
    ])(bare)
    const own = { solver: heun, divergence: posteriorDivergence(bare, law) }
    await refused(logLikelihood(B, probabilityFlow(B, bare, law), { ...own, x, grid: linear(bare, 4) }), 'SolverFailure', /σ = 0/)
    await refused(
      sampleWithLogDensity(B, probabilityFlow(B, bare, law), { ...own, initial: x, grid: linear(bare, 4) }),
      'SolverFailure',
      /σ = 0/,
    )
    await refused(logLikelihood(B, flow, { ...own, x, grid }), 'InvalidArgument', /same process/)
    await refused(
      logLikelihood(
        B,
        odeTerm(B, (y) => y),
        { ...own, x, grid, prior: law.logDensity },
      ),
      'InvalidArgument',
      /same process/,
    )
    await refused(logLikelihood(B, flow, { solver: heun, divergence, x, grid: [] }), 'InvalidArgument', /0 times/)
    await refused(logLikelihood(B, flow, { solver: heun, divergence, x, grid: [0.5, Number.NaN] }), 'SolverFailure', /NaN/)
    for (const firstSample of [-1, 0.5, Number.NaN])
      await refused(logLikelihood(B, flow, { solver: heun, divergence, x, grid, firstSample }), 'InvalidArgument', /firstSample/)
    for (const probes of [0, 1, 2.5, Number.NaN])
      expect(() => hutchinson({ below: B, vectorJacobian: () => ({ value: x, pull: () => x }) }, flow, { key: key(1), probes })).toThrow(
        /probes/,
      )
  })

  it('a NaN, and what a signal stops; nothing is left of either', async () => {
    const before = B.liveTensors()
    await refused(
      logLikelihood(B, flow, { solver: heun, divergence: constant(Number.NaN), x, grid, checkEvery: 1 }),
      'NotFinite',
      /after step 1 of 20/,
    )
    expect(B.liveTensors()).toBe(before)
    const controller = new AbortController()
    const onProgress = ({ step }: { readonly step: number }): void => {
      if (step === 5) controller.abort()
    }
    for (const run of [
      () => logLikelihood(B, flow, { solver: heun, divergence, x, grid, signal: controller.signal, onProgress }),
      () => sampleWithLogDensity(B, flow, { solver: heun, divergence, initial: x, grid, signal: controller.signal, onProgress }),
    ]) {
      await refused(run(), 'Aborted', /./)
      expect(B.liveTensors()).toBe(before)
    }
    const failing = () => {
      throw new Error('no prior today')
    }
    for (const run of [
      () => logLikelihood(B, flow, { solver: heun, divergence, x, grid, prior: failing }),
      () => sampleWithLogDensity(B, flow, { solver: heun, divergence, initial: x, grid, prior: failing }),
    ]) {
      await expect(run()).rejects.toThrow('no prior today')
      expect(B.liveTensors()).toBe(before)
    }
  })
})

it('leaves nothing but what it returns', async () => {
  const x = B.normal(key(9), [3, 2])
  const before = B.liveTensors()
  for (let k = 0; k < 20; k++) {
    const solver = k % 2 === 0 ? heun : ddim
    const back = await logLikelihood(B, flow, { x, grid, solver, divergence })
    const forth = await sampleWithLogDensity(B, flow, { initial: back.noise, grid, solver, divergence })
    expect(B.liveTensors()).toBe(before + 4)
    for (const tensor of [back.logDensity, back.noise, forth.x, forth.logDensity]) B.free(tensor)
    expect(B.liveTensors()).toBe(before)
  }
})

it('works for a process whose prior is not exact, and says of what its density is', async () => {
  const process = ornsteinUhlenbeck()
  const law = gaussian(B, { mean: [0.5], covariance: fromRows([[0.2]]) })(process)
  const times = linear(process, 400, { start: 3, stop: 0.5 })
  const x = B.tensor([0.2, 0.9], [2, 1])
  const options = { x, grid: times, solver: rungeKutta4, divergence: posteriorDivergence(process, law) }
  const { logDensity, level } = await logLikelihood(B, probabilityFlow(B, process, law), options)
  expect(level).toEqual({ alpha: process.alpha(0.5), sigma: process.sigma(0.5) })
  // The flow carries N(0, σ_T²) to N(α_s μ − r α_T μ, r² σ_T²), r the ratio of the spreads of p_s and p_T: that is the density it gives.
  const spread = (t: number): number => Math.sqrt(process.alpha(t) ** 2 * 0.2 + process.sigma(t) ** 2)
  const r = spread(0.5) / spread(3)
  const [mean, deviation] = [0.5 * (process.alpha(0.5) - r * process.alpha(3)), r * process.sigma(3)]
  const found = await B.read(logDensity)
  for (const [i, value] of [0.2, 0.9].entries()) {
    const exact = -0.5 * ((value - mean) / deviation) ** 2 - Math.log(deviation * Math.sqrt(2 * Math.PI))
    // RK4 with steps of 1/160 on coefficients of order 1.
    expect(Math.abs((found[i] as number) - exact)).toBeLessThan(1e-8)
  }
})
