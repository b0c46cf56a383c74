import { type HostMatrix, tweedieError } from '@tweedie/core'
import type { Support } from '../support/support.js'
import { estimate } from './mean-error.js'

/** How far samples lie from a support: what the paper calls pollution. */
export interface Pollution {
  readonly count: number
  readonly mean: number
  /** Of the mean. */
  readonly standardError: number
  /** Root of the mean square. */
  readonly rootMeanSquare: number
  /** By linear interpolation of order statistics; level 0.5 is the median, 1 the farthest. */
  readonly quantiles: readonly { readonly level: number; readonly distance: number }[]
}

/**
 * Mean, root mean square and quantiles of the distance from samples to a support (paper B, Figures 1, 4 and 6). Throws `InvalidArgument` for fewer than two
 * samples or a level outside [0, 1], and what `support.distances` throws.
 */
export const pollution = (support: Support, samples: HostMatrix, levels: readonly number[] = [0.5, 0.9, 0.99, 1]): Pollution => {
  if (samples.rows < 2) throw tweedieError('InvalidArgument', 'pollution', `${samples.rows} samples`, 'Give at least two')
  for (const level of levels)
    if (!(level >= 0 && level <= 1)) throw tweedieError('InvalidArgument', 'pollution', `level ${level}`, 'Use levels from 0 to 1')
  const sorted = support.distances(samples).sort()
  const squares = sorted.reduce((sum, distance) => sum + distance * distance, 0)
  return {
    count: samples.rows,
    ...estimate(sorted),
    rootMeanSquare: Math.sqrt(squares / samples.rows),
    quantiles: levels.map((level) => ({ level, distance: quantile(sorted, level) })),
  }
}

const quantile = (sorted: Float64Array, level: number): number => {
  const position = level * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  return low + (position - below) * ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low)
}
