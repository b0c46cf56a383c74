import { type Backend, fromRows, key, type Matrix, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { mlp, type Parameters } from '@tweedie/nn'
import {
  ddim,
  dpmSolver2M,
  flowMap,
  heun,
  hutchinson,
  jacobianTrace,
  logLikelihood,
  odeTerm,
  posteriorDivergence,
  probabilityFlow,
  rungeKutta4,
  sampleWithLogDensity,
  type Term,
} from '@tweedie/ode-sde'
import { circle, gaussian, type MomentField, mixture, pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { B, D, largest, type N } from './support.js'

type Nine = [number, number, number, number, number, number, number, number, number]

/** The log-density with divergences by differentiation, against closed forms. */

const process = vanishingLinear({ floor: 0.05 })
const grid = uniformLogSnr(process, 10, { start: process.timeOfLogSnr(-4) })
const wide = fromRows([
  [0.5, 0.2],
  [0.2, 0.3],
])
const laws: Record<string, <M>(b: Backend<M>) => MomentField<M>> = {
  'a Gaussian': (b) => gaussian(b, { mean: [1, 0], covariance: wide })(process),
  'a mixture': (b) =>
    mixture(b, [
      { mean: [1, 0], covariance: wide },
      { weight: 2, mean: [-1, 0.5], covariance: wide },
    ])(process),
  'a point cloud': (b) =>
    pointCloud(
      b,
      fromRows([
        [1, 0],
        [-0.4, 0.8],
        [0.2, -0.9],
      ]),
    )(process),
  'a circle': (b) => circle(b)(process),
}

describe.each(Object.entries(laws))('the trace of the Jacobian of %s', (_, law) => {
  it('gives what the closed form of tr Cov gives, in both directions', async () => {
    const field = law(B)
    const flow = probabilityFlow(B, process, field)
    const x = B.normal(key(1), [4, 2])
    const [closed, differentiated] = [posteriorDivergence(process, field), jacobianTrace(D, probabilityFlow(D, process, law(D)))]
    for (const solver of [rungeKutta4, dpmSolver2M]) {
      const one = await logLikelihood(B, flow, { x, grid, solver, divergence: closed })
      const other = await logLikelihood(B, flow, { x, grid, solver, divergence: differentiated })
      // The same steps: what differs is rounding, in quantities of order 10 and of conditioning (x − α y)²/σ⁴ at most 1e4 · 2⁻⁵².
      expect(largest(await B.read(one.logDensity), await B.read(other.logDensity))).toBeLessThan(1e-9)
      expect(largest(await B.read(one.noise), await B.read(other.noise))).toBeLessThan(1e-9)
      const forth = await sampleWithLogDensity(B, flow, { initial: x, grid, solver, divergence: differentiated })
      const back = await sampleWithLogDensity(B, flow, { initial: x, grid, solver, divergence: closed })
      expect(largest(await B.read(forth.logDensity), await B.read(back.logDensity))).toBeLessThan(1e-9)
    }
  })
})

it('gives a network the log-determinant of the Jacobian of its flow', async () => {
  const network = mlp([3, 8, 3])
  const parameters = network.initialise(B, key(4))
  const lifted = parameters.map(({ weight, bias }) => ({ weight: D.lift(weight), bias: D.lift(bias) }))
  const on = <M>(b: Backend<M>, held: Parameters<M>): Term<M> => odeTerm(b, (x, t) => b.mul(network.apply(b)(held, x), 1 + t))
  const initial = B.normal(key(2), [4, 3])
  const prior = (x: Matrix<N>) => B.mul(B.sum(B.square(x), 1), -0.5)
  const times = Array.from({ length: 33 }, (_, k) => k / 32)
  const divergence = jacobianTrace(D, on(D, lifted))
  const { logDensity } = await sampleWithLogDensity(B, on(B, parameters), { initial, grid: times, solver: rungeKutta4, prior, divergence })
  const jacobians = await B.read(D.rowJacobian(flowMap(D, on(D, lifted), { grid: times, solver: rungeKutta4 }), initial))
  const [found, before] = [await B.read(logDensity), await B.read(prior(initial))]
  found.forEach((value, i) => {
    const [a, b, c, d, e, f, g, h, k] = Array.from(jacobians.subarray(9 * i, 9 * i + 9)) as Nine
    const determinant = a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g)
    // Both converge at order 4, to the same: h⁴ = 1e-6, times a constant below 1 (derivatives of order 1, over 120 and more).
    expect(Math.abs((before[i] as number) - Math.log(determinant) - value)).toBeLessThan(1e-6)
  })
})

it('changes variables under a linear map', async () => {
  // dx/dt = x A: ln p(x(1)) = ln p(x(0)) − tr A, and e^A is not needed for it.
  const entries = [0.3, -1, 0.4, 0.8, -0.6, 0.2, 1.5, -0.3, 0.1]
  const on = <M>(b: Backend<M>): Term<M> => odeTerm(b, (x) => b.matMul(x, b.tensor(entries, [3, 3])))
  const initial = B.normal(key(2), [4, 3])
  const prior = (x: Matrix<N>) => B.mul(B.sum(B.square(x), 1), -0.5)
  const times = Array.from({ length: 11 }, (_, k) => k / 10)
  const { logDensity } = await sampleWithLogDensity(B, on(B), {
    initial,
    grid: times,
    solver: heun,
    prior,
    divergence: jacobianTrace(D, on(D)),
  })
  const before = await B.read(prior(initial))
  expect(
    largest(
      await B.read(logDensity),
      before.map((value) => value + 0.2),
    ),
  ).toBeLessThan(1e-13)
})

it('leaves no tensors, whatever the divergence', async () => {
  const law = laws['a mixture'] as <M>(b: Backend<M>) => MomentField<M>
  const denoise = law(B)
  const flow = probabilityFlow(B, process, denoise)
  const traced = probabilityFlow(D, process, law(D))
  const x = B.normal(key(1), [3, 2])
  const before = B.liveTensors()
  const divergences = [
    jacobianTrace(D, traced),
    hutchinson(D, traced, { key: key(1), probes: 3 }),
    hutchinson({ below: B, jacobianVector: D.jacobianVector }, traced, { key: key(1), probes: 2, law: 'normal' }),
  ]
  for (const divergence of divergences) {
    const { logDensity, noise, standardError } = await logLikelihood(B, flow, { x, grid, solver: ddim, divergence })
    for (const tensor of [logDensity, noise, ...(standardError ? [standardError] : [])]) B.free(tensor)
    expect(B.liveTensors()).toBe(before)
    const controller = new AbortController()
    const aborted = logLikelihood(B, flow, {
      x,
      grid,
      solver: ddim,
      divergence,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(aborted).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  }
})
