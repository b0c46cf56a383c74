import type { CloudLevel, CloudTree } from '@tweedie/core'

/** Siblings of a pack, and points of a block. */
export const [LANES, BLOCK] = [16, 64]

/** log₂ of the weight of what does not count. */
const LEAST = -1e38

/** Numbers that a pack holds of each of its groups whatever the noise. */
export const fixedNumbers = (dimension: number, rank: number): number => dimension + rank * dimension + rank + 3

/** A block's centre as the kernels know it: in float32, from the cloud's centre. */
const centreAt = ({ levels, dimension }: CloudTree, level: CloudLevel, group: number, d: number): number =>
  Math.fround((level.centre[group * dimension + d] as number) - ((levels.at(-1) as CloudLevel).centre[d] as number))

/** [block, D, 64]: offsets from the block's centre. Places past the last point stay at the centre. */
export const writePoints = (out: Float32Array, tree: CloudTree): void => {
  const { count, dimension, points, levels } = tree
  const [blocks, top] = [levels[0] as CloudLevel, levels.at(-1) as CloudLevel]
  for (let block = 0; block < blocks.count; block++) {
    for (let d = 0; d < dimension; d++) {
      const from = (block * dimension + d) * BLOCK
      const centre = (top.centre[d] as number) + centreAt(tree, blocks, block, d)
      const size = Math.min(BLOCK, count - block * BLOCK)
      for (let i = 0; i < size; i++) out[from + i] = (points[(block * BLOCK + i) * dimension + d] as number) - centre
      out.fill(0, from + size, from + BLOCK)
    }
  }
}

/** log₂ of the normalised weights of the points: per block, or a row for full blocks and one for the last. */
export const writeBias = (out: Float32Array, { count, logWeights, levels }: CloudTree): void => {
  const total = (levels.at(-1) as CloudLevel).logWeight[0] as number
  const last = out.length - BLOCK + (count % BLOCK || BLOCK)
  if (logWeights === undefined) out.fill(-Math.log2(count))
  else for (let i = 0; i < count; i++) out[i] = log2OfWeight((logWeights[i] as number) - total)
  out.fill(LEAST, last)
}

const log2OfWeight = (log: number): number => (log === Number.NEGATIVE_INFINITY ? LEAST : log * Math.LOG2E)

/** ln Σ π_i² of every group of every level, from the points up. */
export const sumsOfSquares = ({ count, logWeights, levels, arity }: CloudTree): Float64Array[] => {
  const total = (levels.at(-1) as CloudLevel).logWeight[0] as number
  const sums: Float64Array[] = []
  for (const [k, level] of levels.entries()) {
    const [size, below] = k === 0 ? [BLOCK, count] : [arity, (levels[k - 1] as CloudLevel).count]
    const of = (i: number): number => (k > 0 ? (sums[k - 1]?.[i] as number) : 2 * ((logWeights?.[i] ?? 0) - total))
    sums.push(Float64Array.from(level.logWeight, (_, group) => logSumExp(of, group * size, Math.min(below, (group + 1) * size))))
  }
  return sums
}

const logSumExp = (of: (i: number) => number, from: number, to: number): number => {
  let top = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i++) top = Math.max(top, of(i))
  if (top === Number.NEGATIVE_INFINITY) return top
  let sum = 0
  for (let i = from; i < to; i++) sum += Math.exp(of(i) - top)
  return top + Math.log(sum)
}

/** What a level's groups are at every noise: centre, axes, variances, rest, log₂ W and log₂ Σ π², sixteen groups abreast. */
export const writeFixed = (f32: Float32Array, start: number, tree: CloudTree, level: CloudLevel, squares: Float64Array): void => {
  const { dimension, levels } = tree
  const { rank } = level
  const total = (levels.at(-1) as CloudLevel).logWeight[0] as number
  const numbers = fixedNumbers(dimension, rank)
  const packed = Math.ceil(level.count / LANES) * LANES
  for (let group = 0; group < packed; group++) {
    const at = start + Math.floor(group / LANES) * LANES * numbers + (group % LANES)
    const there = group < level.count
    let k = 0
    const put = (value: number): void => {
      f32[at + LANES * k++] = there ? value : 0
    }
    for (let d = 0; d < dimension; d++) put(centreAt(tree, level, group, d))
    for (let e = 0; e < rank * dimension; e++) put(level.vectors[group * rank * dimension + e] as number)
    for (let r = 0; r < rank; r++) put(level.variances[group * rank + r] as number)
    put(level.rest[group] as number)
    f32[at + LANES * k++] = there ? log2OfWeight((level.logWeight[group] as number) - total) : LEAST
    f32[at + LANES * k] = there ? log2OfWeight(squares[group] as number) : LEAST
  }
}

/** The boxes, rounded outwards; a box that is not there is one far away. */
export const writeBoxes = (f32: Float32Array, start: number, { dimension, levels }: CloudTree, level: CloudLevel): void => {
  const origin = (levels.at(-1) as CloudLevel).centre
  for (let group = 0; group < Math.ceil(level.count / LANES) * LANES; group++) {
    const at = start + Math.floor(group / LANES) * LANES * 2 * dimension + (group % LANES)
    const there = group < level.count
    for (let d = 0; d < dimension; d++) {
      f32[at + LANES * d] = there ? below((level.lower[group * dimension + d] as number) - (origin[d] as number)) : 1e15
      f32[at + LANES * (dimension + d)] = there ? -below((origin[d] as number) - (level.upper[group * dimension + d] as number)) : 1e15
    }
  }
}

/** A float32 number that is not above x, nor far below. */
const below = (x: number): number => Math.fround(x - Math.abs(x) * 2 ** -23 - 2 ** -140)
