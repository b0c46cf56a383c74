import { type Backend, type HostMatrix, hostMatrix } from '@tweedie/core'
import { cem } from '../../objective/objectives.js'
import { eightPoints } from '../../support/points.js'
import { uniformGridTimes } from '../../times/uniform-grid-times.js'
import type { ExperimentContext } from '../experiment.js'
import type { ModelRecipe } from '../obtain-model.js'
import { frequencies } from '../parts/frequencies.js'
import { mean } from '../parts/measures.js'
import { seedKeys } from '../parts/seeds.js'
import { samplesOf, samplingGrid, type TwoDimensionalSettings, twoDimensionalRecipe, withTrained } from '../parts/two-dimensional.js'
import { type Arcs, arcsOf } from './arcs.js'

/** Settings with two networks, their hidden layers of tanh. */
export interface EightPointsSettings extends Omit<TwoDimensionalSettings, 'hidden'> {
  readonly shallow: readonly number[]
  readonly deep: readonly number[]
}

export type NetworkId = 'shallow' | 'deep'

/** What one network of one seed generates. */
export interface Generated extends Arcs {
  readonly samples: HostMatrix
  readonly meanDistance: number
  /** The share of samples nearest to each point. */
  readonly shares: readonly number[]
}

export type EightPointsRun = Readonly<Record<NetworkId, Generated>>

export const support = eightPoints()

/** The eight points again and again. */
const repeated = (rows: number): HostMatrix => {
  const { data, rows: count, columns } = support.points
  return hostMatrix(
    Float64Array.from({ length: rows * columns }, (_, e) => data[e % (count * columns)] as number),
    rows,
    columns,
  )
}

const recipeOf = (settings: EightPointsSettings, id: NetworkId, seed: number): ModelRecipe => {
  const training = { objective: cem, times: uniformGridTimes(settings.gridPoints) }
  const recipe = twoDimensionalRecipe({ ...settings, hidden: settings[id] }, support, training, seed)
  return {
    ...recipe,
    name: `${recipe.name}, ${id}`,
    data: repeated(settings.rows),
    about: { ...recipe.about, data: 'eight points, repeated' },
  }
}

/** Trains both networks of one seed and draws from them. */
export const runEightPoints = async <N>(
  B: Backend<N>,
  settings: EightPointsSettings,
  seed: number,
  context: ExperimentContext,
): Promise<EightPointsRun> => {
  const generate = (id: NetworkId): Promise<Generated> => {
    const own = { ...settings, hidden: settings[id] }
    return withTrained(B, recipeOf(settings, id, seed), context, async (trained) => {
      const samples = await samplesOf(B, own, trained, samplingGrid(own), seedKeys(seed), context)
      const shares = frequencies(support.nearest(samples), support.points.rows)
      return { samples, meanDistance: mean(support.distances(samples)), shares, ...arcsOf(support, samples) }
    })
  }
  return { shallow: await generate('shallow'), deep: await generate('deep') }
}
