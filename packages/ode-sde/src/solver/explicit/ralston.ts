import { explicitRungeKutta } from './runge-kutta.js'
import type { Tableau } from './tableau.js'

/** Ralston 1962, "Runge–Kutta methods with minimum error bounds", eq. 3.5. */
export const ralstonTableau: Tableau = {
  name: 'ralston',
  order: 2,
  nodes: [0, 2 / 3],
  stages: [[], [2 / 3]],
  weights: [1 / 4, 3 / 4],
  interpolant: { order: 2, weights: (theta) => [theta - (3 / 4) * theta ** 2, (3 / 4) * theta ** 2] },
}

/**
 * Ralston's method, order 2: of the methods with two evaluations, the one with the smallest bound on the local error. His method of order 3 has
 * the weights of `bogackiShampine32`, which adds an estimate of the error at no further evaluation.
 */
export const ralston = explicitRungeKutta(ralstonTableau)
