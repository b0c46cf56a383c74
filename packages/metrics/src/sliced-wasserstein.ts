import { type HostMatrix, type Key, normalArray } from '@tweedie/core'
import { powerMean, quantileCoupling } from './quantile-coupling.js'
import { equalWeights } from './sorted-sample.js'
import { requireAtLeast, requireCount, requireSameColumns, requireSample } from './validate.js'

export interface SlicedWassersteinOptions {
  /** Draws the directions: the same key, the same number. */
  readonly key: Key
  /** How many directions; default 200. */
  readonly projections?: number
  /** The power p ≥ 1; default 2. */
  readonly order?: number
}

/** Unit vectors, `count × columns` row-major, uniform on the sphere: normal draws over their length. */
const directions = (key: Key, count: number, columns: number): Float64Array => {
  const draws = normalArray(key, count * columns)
  for (let l = 0; l < count; l++) {
    const direction = draws.subarray(l * columns, (l + 1) * columns)
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))
    if (length > 0) direction.set(direction.map((value) => value / length))
    else direction[0] = 1
  }
  return draws
}

const project = ({ data, rows, columns }: HostMatrix, direction: Float64Array): Float64Array => {
  const projected = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += (data[i * columns + j] as number) * (direction[j] as number)
    projected[i] = sum
  }
  return projected
}

/**
 * The sliced p-Wasserstein distance, (mean over directions θ of W_p(θ·a, θ·b)^p)^(1/p) (Bonneel, Rabin, Peyré and Pfister 2015). Each
 * one-dimensional distance is exact for any two sample sizes; the directions are a Monte Carlo draw, so the relative error falls like
 * 1/√projections. With one column there is one direction and the value is `wasserstein1d`'s.
 *
 * Rows are samples, and columns weigh as their units do: standardise first (`columnScale`, `standardise`) unless they share a unit. It is
 * not rescaled by dimension: moving a sample by c changes it to |c|/√columns when p = 2, on average over directions.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options) or `NotFinite`.
 */
export const slicedWasserstein = (
  a: HostMatrix,
  b: HostMatrix,
  { key, projections = 200, order = 2 }: SlicedWassersteinOptions,
): number => {
  requireCount('slicedWasserstein', 'projections', projections)
  requireAtLeast('slicedWasserstein', 'order', order, 1)
  requireSample('slicedWasserstein', 'a', a)
  requireSample('slicedWasserstein', 'b', b)
  requireSameColumns('slicedWasserstein', ['a', 'b'], a, b)
  const { columns } = a
  const count = columns === 1 ? 1 : projections
  const vectors = columns === 1 ? Float64Array.of(1) : directions(key, count, columns)
  const [aWeights, bWeights] = [equalWeights(a.rows), equalWeights(b.rows)]
  const slices = Float64Array.from({ length: count }, (_, l) => {
    const direction = vectors.subarray(l * columns, (l + 1) * columns)
    const { distances, masses } = quantileCoupling(
      { values: project(a, direction).sort(), cumulative: aWeights },
      { values: project(b, direction).sort(), cumulative: bWeights },
    )
    return powerMean(distances, masses, order)
  })
  return powerMean(slices, undefined, order)
}
