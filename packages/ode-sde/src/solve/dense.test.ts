import { isTweedieError, key, ornsteinUhlenbeck, vanishingLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adaptive } from '../control/control.js'
import { bogackiShampine32 } from '../solver/explicit/bogacki-shampine-32.js'
import { dop853 } from '../solver/explicit/dop853.js'
import { dormandPrince54 } from '../solver/explicit/dormand-prince-54.js'
import { heun } from '../solver/explicit/heun.js'
import { rungeKutta4 } from '../solver/explicit/runge-kutta-4.js'
import { tsitouras54 } from '../solver/explicit/tsitouras-54.js'
import { ddim } from '../solver/exponential/ddim.js'
import { dpmSolver2M } from '../solver/exponential/dpm-solver-2m.js'
import { rosenbrock } from '../solver/implicit/rosenbrock.js'
import type { Solver } from '../solver/solver.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import { B, gaussianField, gaussianFlow, logSlope, uniform } from '../testing/test-problems.js'
import { type SolveOptions, solve } from './solve.js'

const law = { mean: [1, -2], variance: [0.25, 2] }
const process = ornsteinUhlenbeck()
const flow = probabilityFlow(B, process, gaussianField(law, process))
const states = [0.3, -1, 2, 0.7]
const initial = B.tensor(states, [2, 2])
const control = adaptive({ rtol: 1e-7, atol: 1e-9 })
const exact = (t: number) => gaussianFlow(law, process, 2, t, states)
const worst = (values: ArrayLike<number>, wanted: readonly number[]) =>
  Math.max(...wanted.map((value, k) => Math.abs((values[k] as number) - value)))

describe('dense output', () => {
  // Inside a step: the lower of the solver's global order and the order of what interpolates (HNW I, §II.6). Heun and rungeKutta4 have the
  // cubic through both ends; its error is O(h⁴).
  for (const [solver, order, steps] of [
    [heun, 2, [8, 16, 32, 64]],
    [dpmSolver2M, 2, [16, 32, 64, 128]],
    [bogackiShampine32, 3, [8, 16, 32, 64]],
    [rungeKutta4, 4, [8, 16, 32, 64]],
    [dormandPrince54, 5, [12, 16, 24, 32]],
    [rosenbrock(), 4, [8, 16, 32, 64]],
  ] as const)
    it(`of ${solver.name} has order ${order} at points inside the steps`, async () => {
      const errors: number[] = []
      for (const count of steps) {
        const solution = await solve(B, flow, { initial, grid: uniform(2, 0.5, count), solver, dense: true })
        let error = 0
        for (let k = 0; k < count; k++)
          for (const part of [0.25, 0.6]) {
            const time = 2 - (1.5 * (k + part)) / count
            error = Math.max(error, worst(await B.read(solution.interpolate(time)), exact(time)))
          }
        errors.push(error)
      }
      const slope = logSlope(
        steps.map((count) => 1 / count),
        errors,
      )
      expect(slope).toBeGreaterThan(order - 0.35)
    })

  it('is as good as the tolerance anywhere, and exact at the steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(bogackiShampine32, dormandPrince54, tsitouras54, dop853),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        async (solver, time) => {
          const solution = await solve(B, flow, { initial, grid: [2, 1, 0.1], solver, control, dense: true, save: 'all' })
          expect(worst(await B.read(solution.interpolate(time)), exact(time))).toBeLessThan(2e-5)
          for (const { time: at, x } of solution.saved) expect(await B.read(solution.interpolate(at))).toEqual(await B.read(x))
          solution.freeInterpolation()
        },
      ),
      { numRuns: 25 },
    )
  })

  it('outlives the initial state, and goes when it is freed', async () => {
    for (const solver of [heun, dormandPrince54, dop853, dpmSolver2M, rosenbrock()]) {
      const own = cpu()
      const start = own.full([2, 2], 1)
      const term = odeTerm(own, (x) => own.neg(x))
      const solution = await solve(own, term, { initial: start, grid: uniform(0, 1, 8), solver, dense: true })
      own.free(start)
      const held = own.liveTensors()
      const inside = solution.interpolate(0.05)
      expect((await own.read(inside))[0]).toBeCloseTo(Math.exp(-0.05), 2)
      expect((await own.read(solution.interpolate(0)))[0]).toBe(1)
      expect(own.liveTensors()).toBe(held + 2)
      expect(() => solution.interpolate(-0.01)).toThrow(/outside of the solve, from 0 to 1/)
      expect(() => solution.interpolate(Number.NaN)).toThrow(/outside/)
      solution.freeInterpolation()
      solution.freeInterpolation()
      expect(() => solution.interpolate(0.5)).toThrow(/freed/)
      expect((await own.read(solution.x))[0]).toBeCloseTo(Math.exp(-1), 2)
      expect(own.liveTensors()).toBe(3)
      own.free(solution.x)
    }
  })

  it('reaches a time where the velocity is infinite', async () => {
    const point = vanishingLinear()
    const term = probabilityFlow(B, point, gaussianField({ mean: [0.5, 0.5], variance: [1, 1] }, point))
    for (const solver of [ddim, heun, dormandPrince54]) {
      const { saved } = await solve(B, term, { initial, grid: uniform(1, 0, 200), solver, saveAt: [0.5, 0.002] })
      for (const { time, x } of saved) {
        const wanted = gaussianFlow({ mean: [0.5, 0.5], variance: [1, 1] }, point, 1, time, states)
        expect(worst(await B.read(x), wanted)).toBeLessThan(solver === ddim ? 2e-2 : 2e-3)
      }
    }
  })
})

describe('saveAt', () => {
  it('keeps the states at the times named, between the steps, with any solver', async () => {
    const saveAt = [2, 1.9, 1.234, 1, 0.3, 0.1]
    for (const [solver, more, bound] of [
      [dormandPrince54, { control }, 1e-6],
      [dop853, { control }, 1e-6],
      [heun, {}, 1e-3],
      [dpmSolver2M, {}, 2e-3],
    ] as const) {
      const grid = solver.errorOrder === undefined ? uniform(2, 0.1, 40) : [2, 0.1]
      const { saved, statistics } = await solve(B, flow, { initial, grid, solver, saveAt, ...more })
      expect(saved.map(({ time }) => time)).toEqual(saveAt)
      for (const { time, x } of saved) expect(worst(await B.read(x), exact(time))).toBeLessThan(bound)
      const without = await solve(B, flow, { initial, grid, solver, ...more })
      // The steps do not know of the times.
      expect(statistics.accepted).toBe(without.statistics.accepted)
    }
  })

  it('keeps times of the grid as they are, for equations with noise too', async () => {
    const reverse = reverseSde(B, process, gaussianField(law, process))
    const grid = uniform(2, 0.5, 6)
    const options = { initial, grid, solver: eulerMaruyama, key: key(3) }
    const all = await solve(B, reverse, { ...options, save: 'all' })
    const some = await solve(B, reverse, { ...options, saveAt: [grid[2], grid[6]] as number[] })
    expect(some.saved.map(({ time }) => time)).toEqual([grid[2], grid[6]])
    for (const [k, at] of [2, 6].entries())
      expect(await B.read(some.saved[k]?.x as CpuTensor)).toEqual(await B.read(all.saved[at]?.x as CpuTensor))
  })

  const cases: readonly (readonly [string, Partial<SolveOptions<CpuTensor>>, RegExp])[] = [
    ['a time before the grid', { saveAt: [2.5] }, /saveAt 2.5 is outside/],
    ['a time after the grid', { saveAt: [0.5] }, /saveAt 0.5 is outside/],
    ['NaN', { saveAt: [Number.NaN] }, /saveAt NaN/],
    ['times in the other order', { saveAt: [1.5, 1.7] }, /saveAt 1.7 at position 1 after 1.5/],
    ['two ways of saving', { saveAt: [1.5], save: 'all' }, /save together with saveAt/],
  ]
  for (const [what, given, expected] of cases)
    it(`refuses ${what}`, async () => {
      const before = B.liveTensors()
      const thrown = await solve(B, flow, { initial, grid: [2, 1], solver: heun as Solver, ...given }).catch((error) => error)
      expect(isTweedieError(thrown) && `${thrown._tag} ${thrown.message}`).toMatch(expected)
      expect(B.liveTensors()).toBe(before)
    })

  it('checks a state inside a step for NaN', async () => {
    const broken: Solver = {
      ...dormandPrince54,
      name: 'broken',
      step: (C, term, input) => {
        const result = dormandPrince54.step(C, term, input)
        return input.dense ? { ...result, dense: { tensors: [], at: () => C.mul(result.x, Number.NaN) } } : result
      },
    }
    const before = B.liveTensors()
    await expect(solve(B, flow, { initial, grid: [2, 1], solver: broken, saveAt: [1.5] })).rejects.toMatchObject({ _tag: 'NotFinite' })
    expect(B.liveTensors()).toBe(before)
  })
})
