import { alongQuantities, meanDistance } from '../parts/along-support.js'
import { atMost } from '../parts/claims.js'
import { claimOverTimes, measuresOf, type Outcomes, orderClaims, sizeClaim, valuesOf } from '../parts/over-times.js'
import type { OfModels } from '../parts/three-models.js'
import type { TwoDimensionalSettings } from '../parts/two-dimensional.js'
import type { CurveOutcome } from '../parts/variants.js'
import type { Claim, Measure } from '../result.js'

/** Mean distances of the authors' published samples. */
const papers: OfModels<number> = { cem: 0.023, ddpm: 0.108, sgm: 0.233 }

export const curveMeasures = (outcomes: Outcomes<CurveOutcome>): readonly Measure[] =>
  alongQuantities.flatMap(([quantity, of]) =>
    measuresOf(outcomes, { quantity, ...(of === meanDistance && { papers }) }, ({ along }) => of(along)),
  )

export const curveClaims = (settings: TwoDimensionalSettings, outcomes: Outcomes<CurveOutcome>): readonly Claim[] => [
  claimOverTimes(
    settings,
    `Samples of CEM have a mean distance to the curve of at most the paper's ${papers.cem}, within three standard errors of the mean`,
    (times) =>
      atMost(
        'mean distance of CEM less three standard errors',
        valuesOf(outcomes, times, 'cem', ({ along: { distance } }) => distance.mean - 3 * distance.standardError),
        papers.cem,
      ),
  ),
  ...orderClaims(settings, outcomes, 'mean distance to the curve', ({ along }) => meanDistance(along)),
  sizeClaim(settings, outcomes, 'mean distance to the curve', papers, ({ along }) => meanDistance(along)),
]
