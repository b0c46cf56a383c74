import { type Backend, type HostMatrix, ornsteinUhlenbeck, power, sliceRows } from '@tweedie/core'
import { splitting } from '@tweedie/ode-sde'
import { randomPoints } from '../../support/points.js'
import type { ExperimentContext } from '../experiment.js'
import { drawStage } from '../parts/draw.js'
import { withExactField } from '../parts/exact-denoiser.js'
import { frequencies } from '../parts/frequencies.js'
import type { SeedKeys } from '../parts/seeds.js'

export interface FivePointsSettings {
  readonly samples: number
  /** Samples that the bias of the steps is measured with, at least `samples`, which are the first of them. */
  readonly biasSamples: number
  /** Steps of the grid t = 10 (k/steps)^exponent. */
  readonly steps: number
  /** Steps of the refined grid of the same exponent. */
  readonly refinedSteps: number
  readonly exponent: number
  /** After how many of the steps samples are shown. */
  readonly shownAfter: readonly number[]
}

/** One seed: what the figure and the measures are made of. */
export interface FivePointsRun {
  readonly points: HostMatrix
  /** Frequencies of absorption on the grid and the refined one, of the first `samples`. */
  readonly shares: readonly number[]
  readonly refinedShares: readonly number[]
  /** The same of `biasSamples`. */
  readonly manyShares: readonly number[]
  readonly manyRefinedShares: readonly number[]
  /** The largest distance of a sample to its point, over both grids. */
  readonly farthest: number
  readonly shown: readonly { readonly time: number; readonly samples: HostMatrix }[]
}

const POINTS = 5
const SHOWN = 2000

const process = ornsteinUhlenbeck()

/** Samples of one seed on both grids; those on the way for the first seed alone. */
export const runFivePoints = async <N>(
  B: Backend<N>,
  { samples, biasSamples, steps, refinedSteps, exponent, shownAfter }: FivePointsSettings,
  { seed, keys, first }: { readonly seed: number; readonly keys: SeedKeys; readonly first: boolean },
  context: ExperimentContext,
): Promise<FivePointsRun> => {
  const support = randomPoints(keys.data, POINTS, 2)
  return withExactField(B, support, process, async (field) => {
    const draw = (name: string, n: number, count: number, done = n): Promise<HostMatrix> => {
      // A grid that ends early gives the state there: sample i has the same noise whatever the number of samples and steps taken.
      const grid = power(process, n, exponent).slice(0, done + 1)
      const solver = splitting('39', { noiseFirst: true })
      return drawStage(
        B,
        field,
        { stage: `${name}, seed ${seed}`, process, grid, solver, count, dimension: 2, key: keys.sampling },
        context,
      )
    }
    const coarse = await draw(`${steps} steps`, steps, biasSamples)
    const refined = await draw(`${refinedSteps} steps`, refinedSteps, biasSamples)
    const shown: FivePointsRun['shown'][number][] = []
    for (const done of first ? shownAfter : [])
      shown.push({
        time: power(process, steps, exponent)[done] as number,
        samples: await draw(`${done} of ${steps} steps`, steps, Math.min(SHOWN, samples), done),
      })
    const farthest = [coarse, refined].reduce((most, x) => support.distances(x).reduce((a, b) => Math.max(a, b), most), 0)
    const sharesOf = (x: HostMatrix, count: number): readonly number[] => frequencies(support.nearest(sliceRows(x, 0, count)), POINTS)
    return {
      points: support.points,
      shares: sharesOf(coarse, samples),
      refinedShares: sharesOf(refined, samples),
      manyShares: sharesOf(coarse, biasSamples),
      manyRefinedShares: sharesOf(refined, biasSamples),
      farthest,
      shown,
    }
  })
}
