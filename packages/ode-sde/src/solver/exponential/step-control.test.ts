import { vanishingLinear, vpLinear } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { adaptive } from '../../control/control.js'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, gaussianField, gaussianFlow } from '../../testing/test-problems.js'
import { deis } from './deis.js'
import { dpmSolver2 } from './dpm-solver-2.js'
import { dpmSolver3 } from './dpm-solver-3.js'
import { dpmSolver3M } from './dpm-solver-3m.js'
import { exponentialRungeKutta2 } from './exponential-runge-kutta-2.js'
import { heunEdm } from './heun-edm.js'
import { uniPC } from './uni-pc.js'

const law = { mean: [1, -2], variance: [0.25, 2] }
const initial = [0.3, -1, 2, 0.7]

describe('step control', () => {
  for (const solver of [dpmSolver2, exponentialRungeKutta2, heunEdm, dpmSolver3, dpmSolver3M, deis(4), uniPC(2), uniPC(3)])
    it(`of ${solver.name} keeps the error near the tolerance, and leaves no tensor`, async () => {
      for (const process of [vpLinear(), vanishingLinear({ floor: 0.01 })]) {
        const term = probabilityFlow(B, process, gaussianField(law, process))
        const x0 = B.tensor(initial, [2, 2])
        const exact = gaussianFlow(law, process, 0.95, 0.01, initial)
        const before = B.liveTensors()
        const errorAt = async (rtol: number): Promise<number> => {
          const { x, statistics } = await solve(B, term, {
            initial: x0,
            grid: [0.95, 0.01],
            solver,
            control: adaptive({ rtol, atol: rtol }),
          })
          const values = await B.read(x)
          B.free(x)
          expect(statistics.accepted).toBeGreaterThan(3)
          return values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (exact[k] as number))), 0)
        }
        const [loose, tight] = [await errorAt(1e-3), await errorAt(1e-5)]
        // Local errors of the tolerance over some tens to hundreds of steps, on states up to 3.
        expect(loose).toBeLessThan(1e-1)
        expect(tight).toBeLessThan(2e-3)
        expect(tight).toBeLessThan(loose)
        expect(B.liveTensors()).toBe(before)
        B.free(x0)
      }
    })

  it('is refused for a solver without an estimate, and onto σ = 0', async () => {
    const term = probabilityFlow(B, vanishingLinear(), gaussianField(law, vanishingLinear()))
    const control = adaptive({ rtol: 1e-3, atol: 1e-3 })
    const options = { initial: B.tensor(initial, [2, 2]), control }
    await expect(solve(B, term, { ...options, grid: [0.95, 0.01], solver: deis(2) })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    // Steps that end at σ = 0 are ddim's: they are not estimated.
    await expect(solve(B, term, { ...options, grid: [0.95, 0], solver: dpmSolver3 })).rejects.toMatchObject({ _tag: 'SolverFailure' })
  })
})
