import type { CloudLevel, CloudTree } from '@tweedie/core'
import { leastSquaredDistance } from './box-distance.js'

/**
 * The squared distance from x to the nearest point of the block that a descent by nearest boxes ends in: an upper bound of the least |x − αy|², and mostly
 * not much more.
 */
export const nearestFound = (tree: CloudTree, x: Float64Array, at: number, alpha: number): number => {
  const { levels, arity, blockSize, dimension, points, count } = tree
  let group = 0
  for (let k = levels.length - 2; k >= 0; k--) {
    const level = levels[k] as CloudLevel
    let least = Number.POSITIVE_INFINITY
    const from = group * arity
    for (let c = from; c < Math.min(from + arity, level.count); c++) {
      const squared = leastSquaredDistance(level, c, x, at, dimension, alpha)
      if (squared < least) {
        least = squared
        group = c
      }
    }
    // Squares that overflow are all as far.
    if (least === Number.POSITIVE_INFINITY) group = from
  }
  let nearest = Number.POSITIVE_INFINITY
  for (let i = group * blockSize; i < Math.min(count, (group + 1) * blockSize); i++) {
    let squared = 0
    for (let j = 0; j < dimension; j++) squared += ((x[at + j] as number) - alpha * (points[i * dimension + j] as number)) ** 2
    nearest = Math.min(nearest, squared)
  }
  return nearest
}
