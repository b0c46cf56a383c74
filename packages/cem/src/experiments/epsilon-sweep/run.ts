import { type Backend, exponential, fold, type HostMatrix, normalArray, ornsteinUhlenbeck, sliceRows } from '@tweedie/core'
import { splitting } from '@tweedie/ode-sde'
import { randomPoints } from '../../support/points.js'
import type { ExperimentContext } from '../experiment.js'
import { show } from '../parts/claims.js'
import { drawStage } from '../parts/draw.js'
import { withExactField } from '../parts/exact-denoiser.js'
import { mean } from '../parts/measures.js'
import type { SeedKeys } from '../parts/seeds.js'

export interface EpsilonSweepSettings {
  /** Points of the data, uniform on the unit square. */
  readonly points: number
  readonly samples: number
  /** Steps of the exponential grid of each ε. */
  readonly steps: number
  /** The last times before 0, decreasing. */
  readonly epsilons: readonly number[]
}

/** One seed. */
export interface EpsilonSweepRun {
  readonly points: HostMatrix
  /** The mean distance of a sample to the nearest point, per ε. */
  readonly distances: readonly number[]
  /** The same of a point and the noise of the last step, √(1 − e^(−ε)): what it would be if nothing else went wrong. */
  readonly floors: readonly number[]
  /** Half the mean distance of a point to the nearest other. */
  readonly halfSpacing: number
  /** Samples per ε, of the first seed. */
  readonly shown: readonly HostMatrix[]
}

const SHOWN = 1000

const process = ornsteinUhlenbeck()

/** Samples of one seed for every ε, with the same start. */
export const runEpsilonSweep = async <N>(
  B: Backend<N>,
  { points, samples, steps, epsilons }: EpsilonSweepSettings,
  { seed, keys, first }: { readonly seed: number; readonly keys: SeedKeys; readonly first: boolean },
  context: ExperimentContext,
): Promise<EpsilonSweepRun> => {
  const support = randomPoints(keys.data, points, 2)
  return withExactField(B, support, process, async (field) => {
    const distances: number[] = []
    const shown: HostMatrix[] = []
    for (const epsilon of epsilons) {
      const grid = exponential(process, steps, { epsilon })
      const stage = `ε = ${show(epsilon)}, seed ${seed}`
      const options = { stage, process, grid, solver: splitting('39'), count: samples, dimension: 2, key: keys.sampling }
      const x = await drawStage(B, field, options, context)
      distances.push(mean(support.distances(x)))
      if (first) shown.push(sliceRows(x, 0, Math.min(SHOWN, samples)))
    }
    const data = support.sample(fold(keys.measuring, 0), samples)
    const noise = normalArray(fold(keys.measuring, 1), 2 * samples)
    const noised = (sigma: number): HostMatrix => ({ ...data, data: data.data.map((value, e) => value + sigma * (noise[e] as number)) })
    return {
      points: support.points,
      distances,
      floors: epsilons.map((epsilon) => mean(support.distances(noised(Math.sqrt(-Math.expm1(-epsilon)))))),
      halfSpacing: mean(spacings(support.points)) / 2,
      shown,
    }
  })
}

/** The distance of every point to the nearest other. */
const spacings = ({ data, rows, columns }: HostMatrix): readonly number[] =>
  Array.from({ length: rows }, (_, i) => {
    let least = Number.POSITIVE_INFINITY
    for (let k = 0; k < rows; k++) {
      if (k === i) continue
      let square = 0
      for (let j = 0; j < columns; j++) square += ((data[i * columns + j] as number) - (data[k * columns + j] as number)) ** 2
      least = Math.min(least, square)
    }
    return Math.sqrt(least)
  })
