import { hermiteInterpolant } from './hermite-interpolant.js'
import { explicitRungeKutta } from './runge-kutta.js'
import type { Tableau } from './tableau.js'

const weights = [
  0.09646076681806522951816731316513, 0.01, 0.4798896504144995747752495322906, 1.379008574103741893192274821857,
  -3.290069515436080679901047585711, 2.324710524099773982415355918399,
]

/**
 * Tsitouras 2011, "Runge–Kutta pairs of order 5(4) satisfying only the first column simplifying assumption", Computers & Mathematics with
 * Applications 62, table 1 and its interpolant, which needs no further stage.
 */
export const tsitouras54Tableau: Tableau = {
  name: 'tsitouras54',
  order: 5,
  nodes: [0, 0.161, 0.327, 0.9, 0.9800255409045096857298102862871, 1, 1],
  stages: [
    [],
    [0.161],
    [-0.008480655492356988544426874250231, 0.3354806554923569885444268742502],
    [2.897153057105493432130432594193, -6.359448489975074843148159912384, 4.362295432869581411017727318191],
    [
      5.325864828439256604428877920841, -11.74888356406282787774717033979, 7.495539342889836208304604784564,
      -0.0924950663617552492565020793321,
    ],
    [
      5.861455442946420028659251486983, -12.92096931784710929170611868178, 8.159367898576158643180400794539,
      -0.07158497328140099722453054252583, -0.02826905039406838290903057212713,
    ],
    weights,
  ],
  weights,
  embedded: {
    order: 4,
    difference: [
      0.00178001105222577714,
      0.0008164344596567469,
      -0.007880878010261995,
      0.1447110071732629,
      -0.5823571654525552,
      0.45808210592918697,
      -1 / 66,
    ],
  },
  interpolant: {
    order: 4,
    weights: hermiteInterpolant(weights, 6, [
      [-1.0530884977290216, 0.1017, 2.490627285651252793, -16.54810288924490272, 47.37952196281928122, -34.87065786149660974, 2.5],
    ]),
  },
}

/**
 * Tsitouras' pair, order 5 with an estimate of order 4: six evaluations a step, with a smaller error than `dormandPrince54` on most equations. The
 * first to try at tolerances of 1e-3 to 1e-8.
 */
export const tsitouras54 = explicitRungeKutta(tsitouras54Tableau)
