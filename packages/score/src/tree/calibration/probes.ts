import { type CloudTree, type Key, normalArray, split, uniformArray } from '@tweedie/core'

/** Queries of the law that the noise makes of the cloud, x = y_i + ρz with i drawn by the weights: [count, D], by the key alone. */
export const drawProbes = (tree: CloudTree): ((key: Key, count: number, ratio: number) => Float64Array) => {
  const { count: size, dimension, points, logWeights } = tree
  const cumulative = logWeights && cumulativeWeights(logWeights)
  const pick = (u: number): number => (cumulative === undefined ? Math.floor(u * size) : firstAbove(cumulative, u))
  return (key, count, ratio) => {
    const [choice, noise] = split(key) as [Key, Key]
    const rows = uniformArray(choice, count).map(pick)
    return normalArray(noise, count * dimension).map(
      (z, e) => (points[(rows[Math.floor(e / dimension)] as number) * dimension + (e % dimension)] as number) + ratio * z,
    )
  }
}

const cumulativeWeights = (logWeights: Float64Array): Float64Array => {
  const top = logWeights.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
  let sum = 0
  const sums = logWeights.map((value) => {
    sum += Math.exp(value - top)
    return sum
  })
  return sums.map((value) => value / sum)
}

/** The first place whose number is above u. */
const firstAbove = (sums: Float64Array, u: number): number => {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] as number) > u) high = middle
    else low = middle + 1
  }
  return low
}
