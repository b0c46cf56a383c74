import type { HostMatrix } from '@tweedie/core'
import { nearestDistance } from './nearest-distance.js'

/** The radius is at least this: three times the noise that flows stop at, and what a sample differs from the data by is seen from here on. */
const LEAST_RADIUS = 0.05

/** Points whose nearest neighbours the radius is made from, spread evenly over the table. */
const MOST_ASKED = 1_000

/** How much of a sample lies where there are no data. */
export interface Polluted {
  /** The share of samples farther from every data point than the radius, 0 to 1. */
  readonly pollution: number
  readonly pollutionRadius: number
}

/**
 * Pollution as paper B looks at it (Figures 1, 4 and 6), for data without a known support: the share of samples farther from all points than three times the
 * median distance of a point to the nearest other one, or than 0.05. Points that lie in one place count once.
 */
export const pollutionOf = (data: HostMatrix, samples: HostMatrix): Polluted => {
  const distance = nearestDistance(data)
  const every = Math.ceil(data.rows / MOST_ASKED)
  const gaps = Float64Array.from({ length: Math.ceil(data.rows / every) }, (_, k) => {
    const [x, y] = at(data, k * every)
    return distance(x, y, true)
  }).sort()
  const median = gaps[Math.floor(gaps.length / 2)] as number
  const pollutionRadius = Number.isFinite(median) ? Math.max(LEAST_RADIUS, 3 * median) : LEAST_RADIUS
  let far = 0
  for (let row = 0; row < samples.rows; row++) {
    const [x, y] = at(samples, row)
    if (distance(x, y, false) > pollutionRadius) far++
  }
  return { pollution: far / samples.rows, pollutionRadius }
}

const at = ({ data }: HostMatrix, row: number): readonly [number, number] => [data[2 * row] as number, data[2 * row + 1] as number]
