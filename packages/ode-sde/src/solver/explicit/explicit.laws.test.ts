import { solverLaws, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { B } from '../../testing/test-problems.js'
import { bogackiShampine32 } from './bogacki-shampine-32.js'
import { dop853 } from './dop853.js'
import { dormandPrince54 } from './dormand-prince-54.js'
import { midpoint } from './midpoint.js'
import { ralston } from './ralston.js'
import { rungeKutta4 } from './runge-kutta-4.js'
import { tsitouras54 } from './tsitouras-54.js'

for (const solver of [midpoint, ralston, rungeKutta4, bogackiShampine32, dormandPrince54, tsitouras54, dop853])
  describe(`${solver.name} keeps the laws of a solver`, () => testLaws(it, solverLaws(B, solver), { seed: 1, runs: 30 }))
