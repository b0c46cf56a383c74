import { ornsteinUhlenbeck } from '@tweedie/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ddim, dpmSolver2M, euler, flowMap, heun, probabilityFlow, rungeKutta4, solve } from '../index.js'
import { B, gaussianField } from '../testing/test-problems.js'

it('a flow map is the end of a solve, bit for bit, with any solver along any grid', async () => {
  const process = ornsteinUhlenbeck({ end: 3 })
  const term = probabilityFlow(B, process, gaussianField({ mean: [1, -2], variance: [0.25, 2] }, process))
  const grids = fc
    .uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 6 })
    .map((at) => at.sort((a, b) => b - a).map((k) => k / 100))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(ddim, dpmSolver2M, euler, heun, rungeKutta4), grids, async (solver, grid) => {
      const initial = B.tensor([0.3, -1, 2, 0.7], [2, 2])
      const { x } = await solve(B, term, { initial, grid, solver })
      expect(await B.read(flowMap(B, term, { grid, solver })(initial))).toEqual(await B.read(x))
    }),
    { numRuns: 50 },
  )
})
