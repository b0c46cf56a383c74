import { type Backend, exponential, ornsteinUhlenbeck } from '@tweedie/core'
import { type DimensionFit, intrinsicDimension, type PosteriorVariance, posteriorVariance } from '../../diagnostics/posterior-variance.js'
import { lineNormal } from '../../support/line-normal.js'
import { planeNormal } from '../../support/plane-normal.js'
import { randomPoints } from '../../support/points.js'
import { spiral } from '../../support/spiral.js'
import type { Support } from '../../support/support.js'
import type { ExperimentContext } from '../experiment.js'
import { withExactField } from '../parts/exact-denoiser.js'
import type { SeedKeys } from '../parts/seeds.js'

export interface WeightCheckSettings {
  /** Draws of (X₀, X_t) at each time. */
  readonly samples: number
  /** Times of the exponential grid, the first of them ε. */
  readonly steps: number
  readonly epsilon: number
  /** c is fitted on the times up to here. */
  readonly fittedUpTo: number
  /** The times at which the points tell nothing of each other: c of a cloud is fitted up to here. */
  readonly cloudFittedUpTo: number
  /** The fit is compared on the times up to here. */
  readonly comparedUpTo: number
}

/** E|X₀ − m|² of one support over the times, increasing, and c of c (e^t − 1). */
export interface Variances {
  readonly support: string
  readonly intrinsicDimension: number
  readonly times: readonly number[]
  readonly variances: readonly number[]
  /** The variance over e^t − 1: c at each time alone. */
  readonly ratios: readonly number[]
  readonly fit: DimensionFit
}

export interface WeightCheckRun {
  readonly spiral: Variances
  /** A line, a plane and five points. */
  readonly others: readonly Variances[]
}

const process = ornsteinUhlenbeck()

/** Increasing times from ε to T: the grid of eq. (41) without 0. */
export const timesOf = ({ steps, epsilon }: Pick<WeightCheckSettings, 'steps' | 'epsilon'>): readonly number[] =>
  exponential(process, steps, { epsilon }).slice(0, -1).reverse()

/** The variances of four supports with their exact denoisers, by independent draws at every time. */
export const runWeightCheck = async <N>(
  B: Backend<N>,
  settings: WeightCheckSettings,
  seed: number,
  { data, measuring }: SeedKeys,
  { signal, onProgress }: ExperimentContext,
): Promise<WeightCheckRun> => {
  const times = timesOf(settings)
  const total = 4
  const of = (support: Support, done: number): Promise<Variances> =>
    withExactField(B, support, process, async (field) => {
      const options = { field, support, process, key: measuring, count: settings.samples, times, signal }
      const variances: readonly PosteriorVariance[] = await posteriorVariance(B, options)
      onProgress?.({ stage: `posterior variances, seed ${seed}`, done, total })
      const upTo = support.intrinsicDimension === 0 ? settings.cloudFittedUpTo : settings.fittedUpTo
      return {
        support: support.name,
        intrinsicDimension: support.intrinsicDimension,
        times,
        variances: variances.map(({ mean }) => mean),
        ratios: variances.map(({ mean, noiseToSignal }) => mean / noiseToSignal),
        fit: intrinsicDimension(variances.filter(({ t }) => t <= upTo)),
      }
    })
  return {
    spiral: await of(spiral(), 1),
    others: [await of(lineNormal(), 2), await of(planeNormal(), 3), await of(randomPoints(data, 5, 2), 4)],
  }
}
