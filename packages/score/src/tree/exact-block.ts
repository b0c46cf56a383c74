import type { CloudTree } from '@tweedie/core'
import { addTerm, type PosteriorSum } from './posterior-sum.js'
import type { Visits } from './visits.js'

/** Adds the points of a block one by one: log-weight ln π − |x − αy|²/(2σ²), by differences. */
export const addBlock = (
  { points, logWeights, count, dimension, blockSize }: CloudTree,
  block: number,
  x: Float64Array,
  at: number,
  alpha: number,
  sigma: number,
  sum: PosteriorSum,
  visits: Visits,
): void => {
  const precision = -0.5 / (sigma * sigma)
  const to = Math.min(count, (block + 1) * blockSize)
  for (let i = block * blockSize; i < to; i++) {
    let squared = 0
    for (let j = 0; j < dimension; j++) {
      const difference = (x[at + j] as number) - alpha * (points[i * dimension + j] as number)
      squared += difference * difference
    }
    let logWeight = squared * precision
    if (logWeights !== undefined) logWeight += logWeights[i] as number
    addTerm(sum, logWeight, points, i * dimension, 0, 2 * logWeight)
  }
  visits.points += to - block * blockSize
}
