import { explicitRungeKutta } from './runge-kutta.js'
import type { Tableau } from './tableau.js'

/** Runge 1895 (Hairer, Nørsett & Wanner, "Solving ODEs I", §II.1, eq. 1.4). */
export const midpointTableau: Tableau = {
  name: 'midpoint',
  order: 2,
  nodes: [0, 1 / 2],
  stages: [[], [1 / 2]],
  weights: [0, 1],
  interpolant: { order: 2, weights: (theta) => [theta - theta ** 2, theta ** 2] },
}

/** The midpoint method, order 2: the velocity half an Euler step on moves the whole step. As all of `explicitRungeKutta`. */
export const midpoint = explicitRungeKutta(midpointTableau)
