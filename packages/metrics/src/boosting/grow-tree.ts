import type { BinnedRows } from './bin-columns.js'
import { findSplit, type Split, type SplitLimits, type Sums } from './find-split.js'
import { fillHistogram, type Histogram, type Slopes, subtractHistogram } from './histogram.js'
import type { Tree } from './tree.js'

export interface TreeLimits extends SplitLimits {
  /** The most leaves of a tree. */
  readonly leaves: number
  /** The most questions on the way to a leaf. */
  readonly depth: number
  /** What each leaf's value is multiplied by. */
  readonly learningRate: number
}

/** What growing needs again for every tree, made once: row order, histograms. */
export interface GrowingRoom {
  readonly offsets: Int32Array
  readonly order: Int32Array
  readonly spare: Int32Array
  readonly histograms: readonly Histogram[]
}

/** A node that is still a leaf: rows `order[from..to)`, and its best cut if it may be cut. */
interface Leaf {
  readonly node: number
  readonly from: number
  readonly to: number
  readonly depth: number
  readonly sums: Sums
  readonly histogram: number
  readonly split: Split | undefined
}

const difference = (whole: Sums, part: Sums): Sums => ({
  gradient: whole.gradient - part.gradient,
  curvature: whole.curvature - part.curvature,
  count: whole.count - part.count,
})

/** Puts the rows that go left first, and keeps the order within both sides; gives where the right side starts. */
const partition = (rows: BinnedRows, { order, spare }: GrowingRoom, { from, to }: Leaf, { column, bin }: Split): number => {
  let left = from
  let right = 0
  for (let i = from; i < to; i++) {
    const row = order[i] as number
    if ((rows.codes[row * rows.columns + column] as number) <= bin) order[left++] = row
    else spare[right++] = row
  }
  order.set(spare.subarray(0, right), left)
  return left
}

/** The leaf of greatest gain; of equal ones the oldest. */
const mostGaining = (leaves: readonly Leaf[]): Leaf | undefined => {
  let best: Leaf | undefined
  for (const leaf of leaves) if (leaf.split !== undefined && !(best?.split !== undefined && best.split.gain >= leaf.split.gain)) best = leaf
  return best
}

/**
 * Grows one tree leaf by leaf, the leaf of greatest gain first (Ke et al. 2017), from gradients and second derivatives in whole units.
 * A leaf's value is −learningRate · G/(H + λ), which is also added to `scores` of its rows. Only rows `order[0..count)` are looked at.
 */
export const growTree = (rows: BinnedRows, slopes: Slopes, scores: Float64Array, limits: TreeLimits, room: GrowingRoom): Tree => {
  const { offsets, order, histograms } = room
  const columns: number[] = [-1]
  const cuts: number[] = [0]
  const [left, right, values]: [number[], number[], number[]] = [[0], [0], [0]]
  const addNode = (): number => {
    ;[columns, cuts, left, right, values].forEach((list) => {
      list.push(list === columns ? -1 : 0)
    })
    return columns.length - 1
  }
  const mayBeCut = (count: number, depth: number): boolean => count >= 2 * limits.minimumLeafRows && depth < limits.depth
  const leafOf = (node: number, from: number, to: number, depth: number, sums: Sums, histogram: number): Leaf => {
    const split = mayBeCut(to - from, depth) ? findSplit(histograms[histogram] as Histogram, offsets, sums, limits) : undefined
    return { node, from, to, depth, sums, histogram, split }
  }
  const fill = (histogram: number, from: number, to: number): void =>
    fillHistogram(histograms[histogram] as Histogram, rows, offsets, slopes, order, from, to)

  /** The two children. The one of fewer rows is counted, the other is what is left of the parent. */
  const cut = ({ node, from, to, depth, sums, histogram }: Leaf, split: Split, middle: number, free: number): [Leaf, Leaf] => {
    columns[node] = split.column
    cuts[node] = rows.cuts[split.column]?.[split.bin] as number
    const [l, r] = [addNode(), addNode()]
    left[node] = l
    right[node] = r
    const fewerLeft = middle - from <= to - middle
    if (mayBeCut(Math.max(middle - from, to - middle), depth + 1)) {
      if (fewerLeft) fill(free, from, middle)
      else fill(free, middle, to)
      subtractHistogram(histograms[histogram] as Histogram, histograms[free] as Histogram)
    }
    const [ofLeft, ofRight] = fewerLeft ? [free, histogram] : [histogram, free]
    return [leafOf(l, from, middle, depth + 1, split.left, ofLeft), leafOf(r, middle, to, depth + 1, difference(sums, split.left), ofRight)]
  }

  order.forEach((_, i) => {
    order[i] = i
  })
  fill(0, 0, order.length)
  let leaves: Leaf[] = [leafOf(0, 0, order.length, 0, totals(slopes, order.length), 0)]
  for (let best = mostGaining(leaves); best?.split !== undefined && leaves.length < limits.leaves; best = mostGaining(leaves)) {
    const taken = best
    const children = cut(taken, best.split, partition(rows, room, taken, best.split), leaves.length)
    leaves = [...leaves.filter((leaf) => leaf !== taken), ...children]
  }
  for (const { node, from, to, sums } of leaves) {
    const value = (-limits.learningRate * sums.gradient) / (sums.curvature + limits.penalty)
    values[node] = Number.isFinite(value) ? value : 0
    for (let i = from; i < to; i++) scores[order[i] as number] = (scores[order[i] as number] as number) + (values[node] as number)
  }
  return {
    columns: Int32Array.from(columns),
    cuts: Float64Array.from(cuts),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    values: Float64Array.from(values),
  }
}

const totals = ({ gradients, curvatures }: Slopes, count: number): Sums => {
  let gradient = 0
  let curvature = 0
  for (let i = 0; i < count; i++) {
    gradient += gradients[i] as number
    curvature += curvatures[i] as number
  }
  return { gradient, curvature, count }
}
