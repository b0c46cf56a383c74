import { solverLaws, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { B } from '../../testing/test-problems.js'
import { ddpmAncestral } from './ddpm-ancestral.js'
import { dpmSolverSde } from './dpm-solver-sde.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { heunStratonovich } from './heun-stratonovich.js'
import { milstein } from './milstein.js'
import { shark } from './shark.js'
import { sra1 } from './sra1.js'

for (const [solver, exponential] of [
  [heunStratonovich, false],
  [milstein, false],
  [sra1, false],
  [shark, false],
  [exponentialEulerMaruyama, true],
  [dpmSolverSde, true],
  [ddpmAncestral, true],
] as const)
  describe(`${solver.name} keeps the laws of a solver`, () => testLaws(it, solverLaws(B, solver, { exponential }), { seed: 1, runs: 30 }))
