import type { Support } from '../../support/support.js'
import { massFigure, samplesPanel } from '../parts/curve-panels.js'
import { seedKeys } from '../parts/seeds.js'
import { modelIds, modelNames, type OfTimes, panelTitle, timesIds, timesNames } from '../parts/three-models.js'
import type { TwoDimensionalSettings } from '../parts/two-dimensional.js'
import type { CurveOutcome } from '../parts/variants.js'
import type { Figure } from '../result.js'

/** Figure 4 and the mass along the curve, of the first seed. */
export const curveFigures = (
  support: Support,
  { samples }: TwoDimensionalSettings,
  seed: number,
  outcome: OfTimes<CurveOutcome>,
): readonly Figure[] => [
  {
    id: 'fig-4',
    title: 'Figure 4: samples of the spiral',
    caption:
      "Data and samples of the three models. First row: the paper's training times; second row: log-uniform training times down to where the sampler goes.",
    panels: timesIds.flatMap((times) => [
      samplesPanel('Data', 'data', support.sample(seedKeys(seed).data, samples)),
      ...modelIds.map((model) => samplesPanel(panelTitle(times, modelNames[model]), model, outcome[times][model].samples)),
    ]),
  },
  massFigure(
    'fig-4-mass',
    timesIds.map((times) => ({
      title: `With ${timesNames[times]}`,
      series: modelIds.map((model) => ({ role: model, label: modelNames[model], mass: outcome[times][model].along.mass })),
    })),
  ),
]
