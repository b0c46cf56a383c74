import { ornsteinUhlenbeck, rectifiedFlow, vanishingLinear, varianceExploding, vpCosine, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { field } from '@tweedie/score'
import { flowLaws, type LawfulSampling, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { solve } from '../solve/solve.js'
import { heun } from '../solver/explicit/heun.js'
import { rungeKutta4 } from '../solver/explicit/runge-kutta-4.js'
import { ddim } from '../solver/exponential/ddim.js'
import { dpmSolver2M } from '../solver/exponential/dpm-solver-2m.js'
import type { Solver } from '../solver/solver.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { B } from '../testing/test-problems.js'
import { probabilityFlow } from './probability-flow.js'
import { reverseSde } from './reverse-sde.js'

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
