import { join } from 'node:path'
import { duration } from '../files/index.js'
import { modelFiles } from '../model/config.js'
import type { FitOutcome } from '../pipeline/run.js'

/** What `fit` and `demo` print at the end: the numbers that matter, and where the rest is. */
export const summaryText = (out: string, { evaluation, timings, samples }: FitOutcome): string => {
  const { generated, floor, memorisation } = evaluation
  const seconds = timings.labels.seconds + timings.training.seconds + timings.sampling.seconds
  const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(3))
  return [
    `${samples.rows} new rows in ${duration(seconds)}, against held-out rows (in brackets: what training rows score)`,
    `  mean KL per column   ${number(generated.meanMarginalKl)} (${number(floor.meanMarginalKl)})`,
    `  energy distance      ${number(generated.energyDistance)} (${number(floor.energyDistance)})`,
    `  memorisation ratio   ${number(memorisation.ratio)} (copies are near 0, new rows near 1)`,
    `report: ${join(out, modelFiles.page)}`,
  ].join('\n')
}
