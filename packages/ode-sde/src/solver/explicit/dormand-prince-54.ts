import { hermiteInterpolant } from './hermite-interpolant.js'
import { explicitRungeKutta } from './runge-kutta.js'
import type { Tableau } from './tableau.js'

const weights = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]

/**
 * Dormand & Prince 1980, "A family of embedded Runge–Kutta formulae", RK5(4)7M; Hairer, Nørsett & Wanner, "Solving ODEs I", §II.5, table 5.2, with
 * the interpolant of DOPRI5 (Shampine 1986, "Some practical Runge–Kutta formulas"; §II.6).
 */
export const dormandPrince54Tableau: Tableau = {
  name: 'dormandPrince54',
  order: 5,
  nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    weights,
  ],
  weights,
  embedded: { order: 4, difference: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] },
  interpolant: {
    order: 4,
    weights: hermiteInterpolant(weights, 6, [
      [
        -12715105075 / 11282082432,
        0,
        87487479700 / 32700410799,
        -10690763975 / 1880347072,
        701980252875 / 199316789632,
        -1453857185 / 822651844,
        69997945 / 29380423,
      ],
    ]),
  },
}

/** The Dormand–Prince pair, order 5 with an estimate of order 4: six evaluations a step. For tolerances of 1e-4 to 1e-8. */
export const dormandPrince54 = explicitRungeKutta(dormandPrince54Tableau)
