import type { Objective } from '../objective/objective.js'
import { cem, withWeight } from '../objective/objectives.js'
import { constantWeight, signalToNoise, squared } from '../objective/weights.js'
import { spiral } from '../support/spiral.js'
import { uniformGridTimes } from '../times/uniform-grid-times.js'
import { type CurveSettings, curveSettings } from './curve.js'
import type { Experiment } from './experiment.js'
import { alongSupport } from './parts/along-support.js'
import { resultOf } from './parts/result-of.js'
import { perSeed } from './parts/seeds.js'
import { lengthRemark, samplesOf, samplingGrid, twoDimensionalRecipe, withTrained } from './parts/two-dimensional.js'
import { type CurveOutcome, nearerClaim, type Variant, variantFigures, variantMeasures } from './parts/variants.js'

export type WeightsSettings = CurveSettings

/** Weights of the denoiser's squared error; on the Ornstein–Uhlenbeck process the signal-to-noise ratio is 1/(e^t − 1). */
const objectives: readonly Variant<Objective>[] = [
  { name: 'λ = 1/(e^t − 1)', role: 'cem', value: cem },
  { name: 'λ = 1/(e^t − 1)²', role: 'first', value: withWeight(cem, squared(signalToNoise)) },
  { name: 'λ constant', role: 'second', value: withWeight(cem, constantWeight()) },
]

/** Paper B, Figure 11: CEM on the spiral with three weights λ in the loss (34); the first is the model of Figure 4. */
export const weights: Experiment<WeightsSettings> = {
  name: 'weights',
  title: 'Weights of the loss',
  source: 'Figure 11',
  settings: curveSettings,
  run: async (B, settings, scale, context) => {
    const support = spiral()
    const grid = samplingGrid(settings)
    const times = uniformGridTimes(settings.gridPoints)
    const outcomes = await perSeed(context, async (seed, keys, index) => {
      const results: CurveOutcome[] = []
      for (const { value: objective } of objectives) {
        const recipe = twoDimensionalRecipe(settings, support, { objective, times }, seed)
        const samples = await withTrained(B, recipe, context, (trained) => samplesOf(B, settings, trained, grid, keys, context))
        results.push({ along: alongSupport(support, samples), ...(index === 0 && { samples }) })
      }
      return results as readonly CurveOutcome[]
    })
    return resultOf(weights, settings, scale, context, {
      measures: variantMeasures(objectives, outcomes),
      claims: [
        nearerClaim(
          'CEM with the weight 1/(e^t − 1) draws samples nearer to the curve than with its square or a constant',
          [
            [0, 1],
            [0, 2],
          ],
          objectives,
          outcomes,
        ),
        nearerClaim(
          'CEM with the weight 1/(e^t − 1)² draws samples nearer to the curve than with a constant',
          [[1, 2]],
          objectives,
          outcomes,
        ),
      ],
      figures: variantFigures(
        {
          id: 'fig-11',
          title: 'Figure 11: weights of the loss',
          caption: "Samples of CEM trained with three weights of the denoiser's squared error.",
          support,
          seed: context.seeds[0] as number,
        },
        objectives,
        outcomes[0],
      ),
      remarks: [
        ...lengthRemark(settings),
        'Weights differ in how much each time counts, so a weight may be nearer to the curve and yet spread the mass along it worse.',
      ],
    })
  },
}
