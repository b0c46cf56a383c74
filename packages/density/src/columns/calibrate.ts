import { column, type HostMatrix, inverseNormal, tweedieError } from '@tweedie/core'
import type { ColumnMaps } from './column-map.js'
import { interpolate } from './interpolate.js'

/** Where outputs are compared with the normal law: every fortieth of the probability, and closer in the tails. */
const probabilities = [0.005, 0.0125, ...Array.from({ length: 39 }, (_, k) => (k + 1) / 40), 0.9875, 0.995]
const levels = Float64Array.from(probabilities, inverseNormal)

/**
 * Where the outputs of a network stand for the knots of column maps by normal scores. Scores follow N(0, 1) in every column; a network fitted to them
 * by least squares gives outputs that are drawn in towards their means. This matches quantiles: the output with the part p of all `outputs` below
 * it stands for the score Φ⁻¹(p), linearly between 43 such p and beyond the last.
 *
 * Throws `ShapeMismatch` for other numbers of columns, `InvalidArgument` for fewer than 1,000 outputs.
 *
 * @param outputs [n, d] of the network, n at least 1,000.
 * @returns one list per column, as long as the knots of its map, strictly increasing.
 */
export const calibrate = (maps: ColumnMaps, outputs: HostMatrix): readonly Float64Array[] => {
  if (maps.length !== outputs.columns)
    throw tweedieError(
      'ShapeMismatch',
      'calibrate',
      `${outputs.columns} columns for ${maps.length} maps`,
      'Pass outputs of the network of these maps',
    )
  if (outputs.rows < 1_000)
    throw tweedieError('InvalidArgument', 'calibrate', `${outputs.rows} outputs`, 'Pass at least 1,000: their quantiles are what is used')
  return maps.map(({ scores }, j) => {
    const knots = quantiles(column(outputs, j).sort())
    return scores.map((score) => {
      const { from, fraction } = interpolate(levels, score, 'line')
      const [low, high] = [knots[from] as number, knots[from + 1] as number]
      return low + (high - low) * fraction
    })
  })
}

/** The outputs at the probabilities; strictly increasing, by a step that nothing else sees, where outputs coincide. */
const quantiles = (sorted: Float64Array): Float64Array => {
  const last = sorted.length - 1
  const [low, high] = [sorted[0] as number, sorted[last] as number]
  const least = 1e-6 * Math.max(1e-6, high - low, Math.abs(low), Math.abs(high))
  let before = Number.NEGATIVE_INFINITY
  return Float64Array.from(probabilities, (p) => {
    const place = p * sorted.length - 0.5
    const rank = Math.floor(place)
    const value = (sorted[rank] as number) + (place - rank) * ((sorted[rank + 1] as number) - (sorted[rank] as number))
    before = Math.max(value, before + least)
    return before
  })
}
