import { ornsteinUhlenbeck, rectifiedFlow, vanishingLinear, varianceExploding, vpCosine, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { field } from '@tweedie/score'
import { flowLaws, type LawfulSampling, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { ddim } from './ddim.js'
import { dpmSolver2M } from './dpm-solver-2m.js'
import { eulerMaruyama } from './euler-maruyama.js'
import { heun } from './heun.js'
import { probabilityFlow } from './probability-flow.js'
import { reverseSde } from './reverse-sde.js'
import { rungeKutta4 } from './runge-kutta-4.js'
import { solve } from './solve.js'
import type { Solver } from './solver.js'
import { B } from './test-problems.js'

const by = (solver: Solver, withNoise = false): LawfulSampling<CpuTensor> => ({
  flow: async (process, m, initial, grid) =>
    (await solve(B, probabilityFlow(B, process, field(B, 'denoiser', m)), { initial, grid, solver })).x,
  ...(withNoise && {
    reverse: async (process, m, initial, grid, key) =>
      (await solve(B, reverseSde(B, process, field(B, 'denoiser', m)), { initial, grid, solver: eulerMaruyama, key })).x,
  }),
})

// Tolerances are the truncation over these steps: a few hundredths at first order, a hundredth of that at second.
for (const process of [ornsteinUhlenbeck(), vanishingLinear(), vpLinear(), vpCosine(), rectifiedFlow(), varianceExploding()])
  describe(`probabilityFlow by heun, and reverseSde by eulerMaruyama, of ${process.name}`, () =>
    testLaws(it, flowLaws(B, process, by(heun, true), { steps: 60, tolerance: 1e-2, rows: 1000 })))

for (const [solver, tolerance] of [
  [ddim, 3e-2],
  [dpmSolver2M, 1e-3],
  [rungeKutta4, 1e-6],
] as const)
  describe(`probabilityFlow by ${solver.name}`, () => testLaws(it, flowLaws(B, vpLinear(), by(solver), { tolerance, rows: 300 })))
