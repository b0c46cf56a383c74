import { solverLaws, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { B } from '../testing/test-problems.js'
import { euler } from './explicit/euler.js'
import { heun } from './explicit/heun.js'
import { rungeKutta4 } from './explicit/runge-kutta-4.js'
import { ddim } from './exponential/ddim.js'
import { dpmSolver2M } from './exponential/dpm-solver-2m.js'
import { eulerMaruyama } from './stochastic/euler-maruyama.js'

for (const [solver, exponential] of [
  [euler, false],
  [heun, false],
  [rungeKutta4, false],
  [ddim, true],
  [dpmSolver2M, true],
  [eulerMaruyama, false],
] as const)
  describe(`${solver.name} keeps the laws of a solver`, () => testLaws(it, solverLaws(B, solver, { exponential }), { seed: 1, runs: 30 }))
