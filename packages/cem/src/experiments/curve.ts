import { spiral } from '../support/spiral.js'
import { curveClaims, curveMeasures } from './curve/claims.js'
import { curveFigures } from './curve/figures.js'
import type { Experiment } from './experiment.js'
import { alongSupport } from './parts/along-support.js'
import { timesRemark } from './parts/over-times.js'
import { resultOf } from './parts/result-of.js'
import { perSeed } from './parts/seeds.js'
import { ofThreeModels } from './parts/three-models.js'
import { lengthRemark, paperTwoDimensional, samplesOf, samplingGrid, type TwoDimensionalSettings } from './parts/two-dimensional.js'
import type { CurveOutcome } from './parts/variants.js'

export type CurveSettings = TwoDimensionalSettings

/** Of `curve`, `schedules` and `weights`, so that they share the model that they have in common. */
export const curveSettings: Experiment<CurveSettings>['settings'] = {
  paper: paperTwoDimensional,
  quick: { ...paperTwoDimensional, rows: 20_000, batch: 500, steps: 1_500, rate: 1e-2, samples: 2_000 },
}

/**
 * Paper B, Figure 4: a spiral, learnt as denoiser (CEM), noise (DDPM) and score (SGM), once with the paper's training times and once, as a
 * control, with times that reach down to where the sampler goes. Besides the distance to the curve, the mass along it.
 */
export const curve: Experiment<CurveSettings> = {
  name: 'curve',
  title: 'A spiral',
  source: 'Figure 4',
  settings: curveSettings,
  run: async (B, settings, scale, context) => {
    const support = spiral()
    const grid = samplingGrid(settings)
    const outcomes = await perSeed(context, (seed, keys, index) =>
      ofThreeModels(B, settings, support, seed, context, async (trained): Promise<CurveOutcome> => {
        const samples = await samplesOf(B, settings, trained, grid, keys, context)
        return { along: alongSupport(support, samples), ...(index === 0 && { samples }) }
      }),
    )
    return resultOf(curve, settings, scale, context, {
      measures: curveMeasures(outcomes),
      claims: curveClaims(settings, outcomes),
      figures: curveFigures(support, settings, context.seeds[0] as number, outcomes[0]),
      remarks: [
        ...lengthRemark(settings),
        timesRemark(settings),
        'The last step of the sampler lands on 0 and adds noise of deviation √ε in each coordinate: an exact model would be left with a mean distance of about 0.8 √ε, 0.008 for ε = 1e-4.',
        'The mean distance does not see where along the curve samples are: a model that draws one turn of the spiral alone would be near it too. The mass along the curve tells, of which the paper says nothing.',
      ],
    })
  },
}
