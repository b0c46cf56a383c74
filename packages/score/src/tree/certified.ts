import type { CloudLevel, CloudTree, NoiseLevel } from '@tweedie/core'
import { largestDistanceWithin, leastSquaredDistance } from './box-distance.js'
import { addBlock } from './exact-block.js'
import { logWeightOf, type PosteriorSum } from './posterior-sum.js'
import type { Visits } from './visits.js'

/**
 * The sum over a tree that leaves out what provably does not count.
 *
 * A group G of weight π_G whose box is at least r from x has at most W_G = π_G exp(−r²/(2σ²)). Both means of what is kept and of G lie in the
 * cloud's box, so leaving G out moves the mean by at most W_G f_G / S, with f_G the largest distance from G's box to a place of the cloud's box
 * and S the weight of what is kept. G is left out where this is at most its part of the tolerance, π_G/π of all:
 *
 *     r² ≥ 2σ² (ln f_G + ln π − ln tolerance − ln S),
 *
 * and S only grows, so the parts add up to at most the tolerance. Since f_G is at least half the diagonal d of the cloud's box, what is left out
 * has at most 2·tolerance/d of the weight: the log-density is below the true one by at most as much, and a tolerance above d/200 counts as d/200,
 * so that it is never off by more than a hundredth. Groups are visited nearest first.
 */
export const certifiedSum = (
  tree: CloudTree,
  x: Float64Array,
  at: number,
  { alpha, sigma }: NoiseLevel,
  tolerance: number,
  sum: PosteriorSum,
  visits: Visits,
): void => {
  const { levels, dimension, arity } = tree
  const root = levels[levels.length - 1] as CloudLevel
  const logTotal = root.logWeight[0] as number
  const variance = 2 * sigma * sigma
  const allowed = Math.min(tolerance, largestDistanceWithin(root, 0, root, dimension) / 200)
  const near = new Float64Array(levels.length * arity)
  const groups = new Uint32Array(levels.length * arity)

  const leftOut = (k: number, group: number, squared: number): boolean => {
    if (!(sum.weight > 0)) return false
    const least = logTotal - Math.log(allowed) - logWeightOf(sum)
    return squared >= variance * (Math.log(largestDistanceWithin(levels[k] as CloudLevel, group, root, dimension)) + least)
  }
  const visit = (k: number, group: number, squared: number): void => {
    if (leftOut(k, group, squared)) return
    if (k === 0) return addBlock(tree, group, x, at, alpha, sigma, sum, visits)
    const below = levels[k - 1] as CloudLevel
    const from = (k - 1) * arity
    const count = Math.min(arity, below.count - group * arity)
    // Insertion into order of distance: sixteen at most.
    for (let c = 0; c < count; c++) {
      const child = group * arity + c
      const distance = leastSquaredDistance(below, child, x, at, dimension, alpha)
      let place = from + c
      for (; place > from && (near[place - 1] as number) > distance; place--) {
        near[place] = near[place - 1] as number
        groups[place] = groups[place - 1] as number
      }
      near[place] = distance
      groups[place] = child
    }
    visits.groups += count
    for (let c = 0; c < count; c++) visit(k - 1, groups[from + c] as number, near[from + c] as number)
  }
  visit(levels.length - 1, 0, 0)
}
