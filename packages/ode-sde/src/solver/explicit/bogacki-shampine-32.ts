import { hermiteInterpolant } from './hermite-interpolant.js'
import { explicitRungeKutta } from './runge-kutta.js'
import type { Tableau } from './tableau.js'

const weights = [2 / 9, 1 / 3, 4 / 9]

/** Bogacki & Shampine 1989, "A 3(2) pair of Runge–Kutta formulas"; inside a step the cubic of Hermite. */
export const bogackiShampine32Tableau: Tableau = {
  name: 'bogackiShampine32',
  order: 3,
  nodes: [0, 1 / 2, 3 / 4, 1],
  stages: [[], [1 / 2], [0, 3 / 4], weights],
  weights,
  embedded: { order: 2, difference: [-5 / 72, 1 / 12, 1 / 9, -1 / 8] },
  interpolant: { order: 3, weights: hermiteInterpolant(weights, 3) },
}

/** The Bogacki–Shampine pair, order 3 with an estimate of order 2: three evaluations a step. For tolerances of 1e-2 to 1e-4. */
export const bogackiShampine32 = explicitRungeKutta(bogackiShampine32Tableau)
