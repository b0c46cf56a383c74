import { solverLaws, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { B } from '../../testing/test-problems.js'
import { rosenbrock } from './rosenbrock.js'

// Its next term is large: on x′ = −2t x² the slope is 4.2 from 20 to 40 even steps, and 3.7 from 32 to 48 uneven ones.
describe('rosenbrock keeps the laws of a solver', () =>
  testLaws(it, solverLaws(B, rosenbrock(), { steps: [64, 96, 128, 160, 192] }), { seed: 1, runs: 30 }))
