import { fold, key, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, gaussianField, gaussianFlow, measuredOrder, problems } from '../../testing/test-problems.js'
import type { Solver } from '../solver.js'
import { ddim } from './ddim.js'
import { dpmSolver2M } from './dpm-solver-2m.js'

describe('dpmSolver2M', () => {
  for (const problem of problems)
    it(`has order 2 on ${problem.name}`, async () => {
      expect(Math.abs((await measuredOrder(dpmSolver2M, problem)) - dpmSolver2M.order)).toBeLessThan(0.15)
    })

  it('reaches on the flow of a cloud in 20 steps what ddim does not in 40', async () => {
    const process = vanishingLinear({ floor: 0.01 })
    const points = { data: await B.read(B.normal(key(1), [200, 2])), rows: 200, columns: 2 }
    const term = probabilityFlow(B, process, pointCloud(B, points)(process))
    const initial = B.normal(fold(key(1), 1), [200, 2])
    const end = async (solver: Solver, steps: number) =>
      B.read((await solve(B, term, { initial, grid: uniformLogSnr(process, steps), solver })).x)
    const exact = await end(dpmSolver2M, 2000)
    const median = (values: Float64Array) => values.map((x, k) => Math.abs(x - (exact[k] as number))).sort()[200] as number
    expect(median(await end(dpmSolver2M, 20))).toBeLessThan(0.5 * median(await end(ddim, 40)))
  })

  it('goes from α = 0 onto σ = 0 and stays finite and right there', async () => {
    const process = vanishingLinear()
    const law = { mean: [1, -2], variance: [0.25, 2] }
    const initial = [0.3, -1, 2, 0.7]
    const grid = Array.from({ length: 101 }, (_, k) => (1 - k / 100) ** 2)
    const { x } = await solve(B, probabilityFlow(B, process, gaussianField(law, process)), {
      initial: B.tensor(initial, [2, 2]),
      grid,
      solver: dpmSolver2M,
    })
    const exact = gaussianFlow(law, process, 1, 0, initial)
    for (const [k, value] of (await B.read(x)).entries()) expect(Math.abs(value - (exact[k] as number))).toBeLessThan(0.01)
  })
})
