import { key, ornsteinUhlenbeck } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ddim, dpmSolver2M, euler, eulerMaruyama, heun, probabilityFlow, reverseSde, rungeKutta4, solve, trajectory } from '../index.js'
import { B, gaussianField } from '../testing/test-problems.js'

/** What is left of a solve: the tensors of its solution, and nothing else. */
const process = ornsteinUhlenbeck({ end: 3 })
const field = gaussianField({ mean: [1, -2], variance: [0.25, 2] }, process)

const runs = fc.record({
  solver: fc.constantFrom(ddim, dpmSolver2M, euler, heun, rungeKutta4, eulerMaruyama),
  grid: fc
    .uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 8 })
    .map((at) => at.sort((a, b) => b - a).map((k) => k / 100)),
  checkEvery: fc.integer({ min: 1, max: 9 }),
})

const optionsOf = ({ solver, grid, checkEvery }: typeof runs extends fc.Arbitrary<infer R> ? R : never) => ({
  term: solver.kind === 'sde' ? reverseSde(B, process, field) : probabilityFlow(B, process, field),
  options: {
    initial: B.tensor([0.3, -1, 2, 0.7], [2, 2]),
    grid,
    solver,
    checkEvery,
    ...(solver.kind === 'sde' && { key: key(1) }),
  },
})

describe('a solve', () => {
  it('leaves the last state and those that it was to save, with any solver, grid and check', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.constantFrom('none' as const, 'all' as const), async (run, save) => {
        const before = B.liveTensors()
        const { term, options } = optionsOf(run)
        const { x, saved } = await solve(B, term, { ...options, save })
        expect(saved.length).toBe(save === 'all' ? run.grid.length : 0)
        expect(B.liveTensors()).toBe(before + 2 + saved.length)
        for (const tensor of [options.initial, x, ...saved.map((each) => each.x)]) B.free(tensor)
        expect(B.liveTensors()).toBe(before)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves nothing where it is given up, at any step', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.nat(8), async (run, last) => {
        const before = B.liveTensors()
        const { term, options } = optionsOf(run)
        for await (const { x, step } of trajectory(B, term, options)) {
          B.free(x)
          if (step >= last) break
        }
        B.free(options.initial)
        expect(B.liveTensors()).toBe(before)
      }),
      { numRuns: 60 },
    )
  })
})
