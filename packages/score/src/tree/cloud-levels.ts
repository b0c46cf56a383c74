import type { CloudLevel } from '@tweedie/core'
import { addGroup, addPoint, clear, covariance, type GroupMoments, groupMoments } from './group-moments.js'
import { leadingAxes } from './leading-axes.js'
import { type AxesFinder, jacobiAxes } from './principal-axes.js'

/** Up to so many columns all axes are found at once by Jacobi's method. */
const jacobiUpTo = 8

/**
 * What is known of every group of every level, in one pass over the points in tree order: a block's moments go up into its group's as soon as they
 * are complete, so one covariance per level is held and not one per group.
 */
export const cloudLevels = (
  points: Float64Array,
  logWeights: Float64Array | undefined,
  dimension: number,
  rank: number,
  blockSize: number,
  arity: number,
): CloudLevel[] => {
  const count = points.length / dimension
  const levels: CloudLevel[] = []
  for (let groups = Math.ceil(count / blockSize); ; groups = Math.ceil(groups / arity)) {
    levels.push(emptyLevel(groups, dimension, rank))
    if (groups === 1) break
  }
  const open = levels.map(() => groupMoments(dimension, rank > 0))
  const step = new Float64Array(dimension)
  const write = levelWriter(dimension, rank)

  /** Writes the open group of a level to its place, adds it to the one above, and clears it. */
  const close = (k: number, place: number): void => {
    const group = open[k] as GroupMoments
    write(levels[k] as CloudLevel, place, group)
    const above = open[k + 1]
    if (above !== undefined) {
      addGroup(above, group, step)
      if (place % arity === arity - 1 || place === (levels[k] as CloudLevel).count - 1) close(k + 1, Math.floor(place / arity))
    }
    clear(group)
  }
  const block = open[0] as GroupMoments
  for (let i = 0; i < count; i++) {
    addPoint(block, points, i * dimension, logWeights === undefined ? 0 : (logWeights[i] as number), step)
    if (i % blockSize === blockSize - 1 || i === count - 1) close(0, Math.floor(i / blockSize))
  }
  return levels
}

const emptyLevel = (count: number, dimension: number, rank: number): CloudLevel => ({
  count,
  logWeight: new Float64Array(count),
  lower: new Float64Array(count * dimension),
  upper: new Float64Array(count * dimension),
  centre: new Float64Array(count * dimension),
  rank,
  vectors: new Float64Array(count * rank * dimension),
  variances: new Float64Array(count * rank),
  rest: new Float64Array(count),
})

/** Writes a group's moments to its place in a level. */
const levelWriter = (dimension: number, rank: number): ((level: CloudLevel, place: number, group: GroupMoments) => void) => {
  const axes: AxesFinder = dimension <= jacobiUpTo ? jacobiAxes(dimension, rank) : leadingAxes(dimension, rank)
  const matrix = new Float64Array(rank > 0 ? dimension * dimension : 0)
  return ({ logWeight, lower, upper, centre, vectors, variances, rest }, place, group) => {
    const at = place * dimension
    logWeight[place] = group.top + Math.log(group.weight)
    lower.set(group.lower, at)
    upper.set(group.upper, at)
    // Rounding may put a mean just outside of its box.
    for (let j = 0; j < dimension; j++)
      centre[at + j] = Math.min(group.upper[j] as number, Math.max(group.lower[j] as number, group.mean[j] as number))
    if (rank > 0) {
      covariance(group, matrix)
      axes(matrix, vectors, at * rank, variances, place * rank)
    }
    if (rank === dimension) return
    let left = group.spread / group.weight
    for (let k = 0; k < rank; k++) left -= variances[place * rank + k] as number
    rest[place] = Math.max(0, left) / (dimension - rank)
  }
}
