import { type ForwardProcess, linear, quadratic, type TimeGrid } from '@tweedie/core'
import { cem } from '../objective/objectives.js'
import { spiral } from '../support/spiral.js'
import { uniformGridTimes } from '../times/uniform-grid-times.js'
import { type CurveSettings, curveSettings } from './curve.js'
import type { Experiment } from './experiment.js'
import { alongSupport } from './parts/along-support.js'
import { resultOf } from './parts/result-of.js'
import { perSeed } from './parts/seeds.js'
import { lengthRemark, processOf, samplesOf, samplingGrid, twoDimensionalRecipe, withTrained } from './parts/two-dimensional.js'
import { type CurveOutcome, nearerClaim, type Variant, variantFigures, variantMeasures } from './parts/variants.js'

export type SchedulesSettings = CurveSettings

const grids: readonly Variant<(settings: SchedulesSettings, process: ForwardProcess) => TimeGrid>[] = [
  { name: 'exponential', role: 'cem', value: samplingGrid },
  { name: 'quadratic', role: 'first', value: ({ gridPoints }, process) => quadratic(process, gridPoints) },
  { name: 'linear', role: 'second', value: ({ gridPoints }, process) => linear(process, gridPoints) },
]

/** Paper B, Figure 10: the CEM model of the spiral, that of Figure 4, sampled on three grids with the same number of steps. */
export const schedules: Experiment<SchedulesSettings> = {
  name: 'schedules',
  title: 'Sampling grids',
  source: 'Figure 10',
  settings: curveSettings,
  run: async (B, settings, scale, context) => {
    const support = spiral()
    const outcomes = await perSeed(context, (seed, keys, index) => {
      const recipe = twoDimensionalRecipe(settings, support, { objective: cem, times: uniformGridTimes(settings.gridPoints) }, seed)
      return withTrained(B, recipe, context, async (trained) => {
        const results: CurveOutcome[] = []
        for (const { name, value } of grids) {
          const grid = value(settings, processOf(settings))
          const samples = await samplesOf(B, settings, { ...trained, name: `${trained.name}, ${name} grid` }, grid, keys, context)
          results.push({ along: alongSupport(support, samples), ...(index === 0 && { samples }) })
        }
        return results as readonly CurveOutcome[]
      })
    })
    const steps = settings.gridPoints
    return resultOf(schedules, settings, scale, context, {
      measures: variantMeasures(grids, outcomes),
      claims: [
        nearerClaim(
          `With ${steps} steps, samples on the exponential and the quadratic grid are nearer to the curve than on the linear`,
          [
            [0, 2],
            [1, 2],
          ],
          grids,
          outcomes,
        ),
        nearerClaim(
          `With ${steps} steps, samples on the exponential grid are nearer to the curve than on the quadratic`,
          [[0, 1]],
          grids,
          outcomes,
        ),
      ],
      figures: variantFigures(
        {
          id: 'fig-10',
          title: 'Figure 10: sampling grids',
          caption: `Samples of one CEM model by ${steps} steps of (39) on three grids, all of which end at 0.`,
          support,
          seed: context.seeds[0] as number,
        },
        grids,
        outcomes[0],
      ),
      remarks: [
        ...lengthRemark(settings),
        'The last step lands on 0 and adds noise of the deviation of its own length: that is √ε on the exponential grid, √T divided by the number of steps on the quadratic, and √(T over the number of steps) on the linear.',
      ],
    })
  },
}
