import { column } from '@tweedie/core'
import { lineNormal as lineSupport } from '../support/line-normal.js'
import type { Experiment } from './experiment.js'
import { type LineOutcome, lineClaims, lineMeasures } from './line-normal/claims.js'
import { lineErrors } from './line-normal/errors.js'
import { lineFigures } from './line-normal/figures.js'
import { deviation } from './parts/measures.js'
import { timesRemark } from './parts/over-times.js'
import { resultOf } from './parts/result-of.js'
import { perSeed } from './parts/seeds.js'
import { ofThreeModels } from './parts/three-models.js'
import { lengthRemark, paperTwoDimensional, samplesOf, samplingGrid, type TwoDimensionalSettings } from './parts/two-dimensional.js'

export type LineNormalSettings = TwoDimensionalSettings

/**
 * Paper B, Figures 1 to 3: a normal law on a line in the plane, learnt as denoiser (CEM), noise (DDPM) and score (SGM), once with the paper's
 * training times and once, as a control, with times that reach down to where the sampler goes. The closed forms are eq. (62), the error eq. (63).
 */
export const lineNormal: Experiment<LineNormalSettings> = {
  name: 'line-normal',
  title: 'A normal law on a line',
  source: 'Figures 1 to 3',
  settings: {
    paper: paperTwoDimensional,
    quick: { ...paperTwoDimensional, rows: 20_000, batch: 500, steps: 1_500, rate: 3e-3, samples: 2_000 },
  },
  run: async (B, settings, scale, context) => {
    const support = lineSupport()
    const grid = samplingGrid(settings)
    // The last time of the grid is 0, where nothing is evaluated.
    const times = grid.slice(0, -1)
    const outcomes = await perSeed(context, (seed, keys, index) =>
      ofThreeModels(B, settings, support, seed, context, async (trained): Promise<LineOutcome> => {
        const samples = await samplesOf(B, settings, trained, grid, keys, context)
        const errors = await lineErrors(B, trained, support, {
          times,
          count: settings.samples,
          key: keys.measuring,
          signal: context.signal,
        })
        const deviations = [deviation(column(samples, 0)), deviation(column(samples, 1))] as const
        return { deviations, errors, ...(index === 0 && { samples }) }
      }),
    )
    return resultOf(lineNormal, settings, scale, context, {
      measures: lineMeasures(outcomes),
      claims: lineClaims(settings, outcomes),
      figures: lineFigures(support, settings, context.seeds[0] as number, outcomes[0]),
      remarks: [
        ...lengthRemark(settings),
        timesRemark(settings),
        'The last step lands on 0 and adds noise of deviation √ε, so √ε is what an exact model leaves of x₂, 0.01 for ε = 1e-4.',
        "The score network is trained on ∇ln p, which is minus the paper's S; the figure shows S.",
      ],
    })
  },
}
