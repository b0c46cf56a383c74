import { solverLaws, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { ddim } from './ddim.js'
import { dpmSolver2M } from './dpm-solver-2m.js'
import { euler } from './euler.js'
import { eulerMaruyama } from './euler-maruyama.js'
import { heun } from './heun.js'
import { rungeKutta4 } from './runge-kutta-4.js'
import { B } from './test-problems.js'

for (const [solver, exponential] of [
  [euler, false],
  [heun, false],
  [rungeKutta4, false],
  [ddim, true],
  [dpmSolver2M, true],
  [eulerMaruyama, false],
] as const)
  describe(`${solver.name} keeps the laws of a solver`, () => testLaws(it, solverLaws(B, solver, { exponential }), { seed: 1, runs: 30 }))
