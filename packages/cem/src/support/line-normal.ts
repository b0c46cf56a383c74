import { normalArray, tweedieError } from '@tweedie/core'
import { line } from '@tweedie/score'
import { levelLaw } from './level-law.js'
import { normalDistribution } from './normal-distribution.js'
import type { Support } from './support.js'
import { requirePositive, requireRows } from './validate.js'

export interface LineNormalOptions {
  /** μ, 0 when left out. */
  readonly mean?: number
  /** s > 0, 1 when left out. */
  readonly deviation?: number
}

/**
 * A normal law on a line in the plane, X₀ = (N(μ, s²), 0) (paper B, eq. (62) and Figures 1 to 3, where μ = 0 and s = 1). The distance is |x₂|, the
 * coordinate Φ((x₁ − μ)/s), the law a closed form. Throws `InvalidArgument` unless μ is finite and s positive and finite.
 */
export const lineNormal = ({ mean = 0, deviation = 1 }: LineNormalOptions = {}): Support => {
  if (!Number.isFinite(mean)) throw tweedieError('InvalidArgument', 'lineNormal', `mean ${mean}`, 'Use a finite number')
  requirePositive('lineNormal', 'deviation', deviation)
  return {
    name: 'line',
    dimension: 2,
    intrinsicDimension: 1,
    sample: (key, count) => {
      const data = new Float64Array(2 * count)
      normalArray(key, count).forEach((z, i) => {
        data[2 * i] = mean + deviation * z
      })
      return { data, rows: count, columns: 2 }
    },
    distances: (x) => {
      requireRows('lineNormal, distances', x, 2)
      return Float64Array.from({ length: x.rows }, (_, i) => Math.abs(x.data[2 * i + 1] as number))
    },
    coordinates: (x) => {
      requireRows('lineNormal, coordinates', x, 2)
      return Float64Array.from({ length: x.rows }, (_, i) => normalDistribution(((x.data[2 * i] as number) - mean) / deviation))
    },
    law: (B) => levelLaw(B, 'lineNormal', 2, line(B, { mean, standardDeviation: deviation })),
  }
}
