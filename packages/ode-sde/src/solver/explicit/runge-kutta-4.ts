import { explicitRungeKutta } from './runge-kutta.js'
import type { Tableau } from './tableau.js'

/** Kutta 1901 (Hairer, Nørsett & Wanner, "Solving ODEs I", §II.1, table 1.2); the interpolant is that of §II.6, eq. 6.3. */
export const rungeKutta4Tableau: Tableau = {
  name: 'rungeKutta4',
  order: 4,
  nodes: [0, 1 / 2, 1 / 2, 1],
  stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  interpolant: {
    order: 3,
    weights: (theta) => {
      const middle = theta ** 2 - (2 / 3) * theta ** 3
      return [theta - (3 / 2) * theta ** 2 + (2 / 3) * theta ** 3, middle, middle, (2 / 3) * theta ** 3 - theta ** 2 / 2]
    },
  },
}

/** The classical Runge–Kutta method, order 4: the velocities at the start, twice in the middle and at the end, weighed 1 : 2 : 2 : 1. */
export const rungeKutta4 = explicitRungeKutta(rungeKutta4Tableau)
