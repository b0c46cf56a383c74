import type { Experiment } from './experiment.js'
import { resultOf } from './parts/result-of.js'
import { perSeed } from './parts/seeds.js'
import { weightCheckFigure } from './weight-check/figure.js'
import { weightCheckClaims, weightCheckMeasures } from './weight-check/findings.js'
import { runWeightCheck, type WeightCheckSettings } from './weight-check/run.js'

export type { WeightCheckSettings } from './weight-check/run.js'

const shared = { epsilon: 1e-4, fittedUpTo: 1e-2, cloudFittedUpTo: 2e-4, comparedUpTo: 0.5 }

/** Paper B, Figure 8: E|X₀ − m|² = c (e^t − 1), eq. (65), with the exact denoiser of the spiral; and of a line, a plane and five points. */
export const weightCheck: Experiment<WeightCheckSettings> = {
  name: 'weight-check',
  title: 'The posterior variance and the weight of the loss',
  source: 'Figure 8',
  settings: {
    paper: { samples: 10_000, steps: 200, ...shared },
    quick: { samples: 4_000, steps: 50, ...shared },
  },
  run: async (B, settings, scale, context) => {
    const runs = await perSeed(context, (seed, keys) => runWeightCheck(B, settings, seed, keys, context))
    return resultOf(weightCheck, settings, scale, context, {
      measures: weightCheckMeasures(settings, runs),
      claims: weightCheckClaims(settings, runs),
      figures: [weightCheckFigure(settings, runs[0])],
      remarks: [
        'Line, plane and points are ours. For a standard normal law on a line E|X₀ − m|² is 1 − e^(−t), on a plane twice that: the ratio to e^t − 1 is the dimension times e^(−t).',
        'Where noise reaches from one turn of the spiral to the next, at t above 1, the variance is above c (e^t − 1); at still larger t it ends at that of the data, and the ratio falls to 0.',
        'Points have c = 0 once noise does not reach from one to another, which is sooner for points that are farther apart.',
      ],
    })
  },
}
