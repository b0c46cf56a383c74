import { epsilonSweepFigure } from './epsilon-sweep/figure.js'
import { epsilonSweepClaims, epsilonSweepMeasures } from './epsilon-sweep/findings.js'
import { type EpsilonSweepSettings, runEpsilonSweep } from './epsilon-sweep/run.js'
import type { Experiment } from './experiment.js'
import { resultOf } from './parts/result-of.js'
import { perSeed } from './parts/seeds.js'

export type { EpsilonSweepSettings } from './epsilon-sweep/run.js'

const epsilons = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]

/** Paper B, Figure 7: the ε of the exponential grid (41) with the exact denoiser of twenty points, by the step of eq. (39). */
export const epsilonSweep: Experiment<EpsilonSweepSettings> = {
  name: 'epsilon-sweep',
  title: 'The first time of the exponential grid',
  source: 'Figure 7',
  settings: {
    paper: { points: 20, samples: 10_000, steps: 200, epsilons },
    quick: { points: 20, samples: 2_000, steps: 200, epsilons },
  },
  run: async (B, settings, scale, context) => {
    const runs = await perSeed(context, (seed, keys, index) => runEpsilonSweep(B, settings, { seed, keys, first: index === 0 }, context))
    return resultOf(epsilonSweep, settings, scale, context, {
      measures: epsilonSweepMeasures(settings, runs),
      claims: epsilonSweepClaims(settings, runs),
      figures: [epsilonSweepFigure(settings, runs[0])],
      remarks: [
        'The last step goes from ε onto 0 and adds its noise last, of deviation √(1 − e^(−ε)) in each coordinate: the mean distance to the point it starts from is √(π/2) times that. A sampler that ends with the denoiser has no such error.',
        'The distance is to the nearest of the points, which for a large ε is less than that to the point that the sample came to.',
      ],
    })
  },
}
