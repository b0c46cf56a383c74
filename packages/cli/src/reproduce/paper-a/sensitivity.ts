import { type Experiment, perSeed, resultOf } from '@tweedie/cem'
import { sensitivityFigures } from './sensitivity/figures.js'
import { type SeedRun, sensitivityClaims, sensitivityMeasures } from './sensitivity/findings.js'
import { laws } from './sensitivity/laws.js'
import { type LawRun, runLaw } from './sensitivity/run.js'
import { type SensitivitySettings, sensitivitySettings } from './sensitivity/settings.js'

/**
 * Paper A leaves open how much depends on N, the rows of a mini-batch, and M, the labels. Two laws that are known answer: their own flow is a closed form,
 * so the error of the data, of the mini-batch and of the network are apart.
 */
export const sensitivity: Experiment<SensitivitySettings> = {
  name: 'sensitivity',
  title: 'Sensitivity to the mini-batch and to the number of labels',
  source: 'Paper A, an open question',
  settings: sensitivitySettings,
  run: async (B, settings, scale, context) => {
    const runs = await perSeed(context, async (seed, keys): Promise<SeedRun> => {
      const found: LawRun[] = []
      for (const law of laws) found.push(await runLaw(B, settings, law, seed, keys, context))
      return found
    })
    return resultOf(sensitivity, settings, scale, context, {
      measures: sensitivityMeasures(settings, runs),
      claims: sensitivityClaims(settings, runs),
      figures: sensitivityFigures(settings, runs[0]),
      remarks: [
        'The statements are ours: the paper asks and does not answer. Distances are to rows of the law with the noise of the stop, so the stopping noise is no part of them; the steps are the same for all labels.',
        'Exponents are of least squares of the logarithms, seed by seed; their standard errors are over seeds, or of the residuals where there is one seed.',
        'At small noise the posterior mean is that of the nearest rows, and a mini-batch has others: the error then falls as the distance to them does, slower than N^−½ where the kernel of that noise holds few rows.',
        'Labels add jumps: near the border between two places where the flow ends a small error of the score takes a label to the other. Borders that are off by N^−½ make an RMS of N^−¼, and the median shows the rest.',
        'The networks of all M take the same number of steps, the best of them by held-out labels: where the error does not fall with M it is the network and its steps that limit, or labels that no smooth map can follow.',
      ],
    })
  },
}
