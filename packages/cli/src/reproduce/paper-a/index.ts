/** The experiments of paper A (arXiv 2310.14458). */

import { type Reproduction, reproduction } from '@tweedie/cem'
import { labelTime } from './label-time.js'
import { sensitivity } from './sensitivity.js'
import { fileExperiment, ring } from './table-experiment.js'

export const paperA: readonly Reproduction[] = [
  reproduction(ring),
  reproduction(fileExperiment('power', 'POWER by labelled pairs')),
  reproduction(fileExperiment('gas', 'GAS by labelled pairs')),
  reproduction(fileExperiment('hepmass', 'HEPMASS by labelled pairs')),
  reproduction(fileExperiment('miniboone', 'MINIBOONE by labelled pairs')),
  reproduction(labelTime),
  reproduction(sensitivity),
]
