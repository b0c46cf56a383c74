import { type HostMatrix, tweedieError } from '@tweedie/core'
import { requireCount, requireSample } from './validate.js'

/**
 * A k-d tree (Bentley 1975) for exact nearest-neighbour distances. Each node halves its points at the median of its widest column;
 * leaves hold up to `leafRows`. Points are stored leaf by leaf, and node n's children are 2n + 1 and 2n + 2.
 */
export interface KdTree {
  readonly points: HostMatrix
  readonly splitColumns: Int32Array
  readonly splitValues: Float64Array
}

const leafRows = 12

const widestColumn = ({ data, columns }: HostMatrix, order: Int32Array, from: number, to: number): number => {
  let widest = 0
  let widestRange = -1
  for (let j = 0; j < columns; j++) {
    let minimum = Number.POSITIVE_INFINITY
    let maximum = Number.NEGATIVE_INFINITY
    for (let i = from; i < to; i++) {
      const value = data[(order[i] as number) * columns + j] as number
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
    }
    if (maximum - minimum > widestRange) {
      widestRange = maximum - minimum
      widest = j
    }
  }
  return widest
}

/** Reorders `order[from..to)` so that the row of rank `middle` in column j stands there, none greater before it (Hoare's select). */
const selectMedian = ({ data, columns }: HostMatrix, order: Int32Array, from: number, to: number, middle: number, j: number): void => {
  const valueAt = (i: number): number => data[(order[i] as number) * columns + j] as number
  let low = from
  let high = to - 1
  while (low < high) {
    const [x, y, z] = [valueAt(low), valueAt((low + high) >> 1), valueAt(high)]
    const pivot = Math.max(Math.min(x, y), Math.min(Math.max(x, y), z))
    let left = low
    let right = high
    while (left <= right) {
      while (valueAt(left) < pivot) left++
      while (valueAt(right) > pivot) right--
      if (left <= right) {
        const swapped = order[left] as number
        order[left++] = order[right] as number
        order[right--] = swapped
      }
    }
    if (middle <= right) high = right
    else if (middle >= left) low = left
    else return
  }
}

/** Builds the tree over the rows of `points`. Throws `InvalidArgument` (no rows) or `NotFinite`. */
export const kdTree = (points: HostMatrix): KdTree => {
  requireSample('kdTree', 'points', points)
  const { data, rows, columns } = points
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  const nodes = 2 ** Math.max(0, Math.ceil(Math.log2(rows / leafRows)))
  const splitColumns = new Int32Array(nodes)
  const splitValues = new Float64Array(nodes)
  const split = (node: number, from: number, to: number): void => {
    if (to - from <= leafRows) return
    const middle = (from + to) >> 1
    const j = widestColumn(points, order, from, to)
    selectMedian(points, order, from, to, middle, j)
    splitColumns[node] = j
    splitValues[node] = data[(order[middle] as number) * columns + j] as number
    split(2 * node + 1, from, middle)
    split(2 * node + 2, middle, to)
  }
  split(0, 0, rows)
  const sorted = new Float64Array(rows * columns)
  order.forEach((row, i) => {
    sorted.set(data.subarray(row * columns, (row + 1) * columns), i * columns)
  })
  return { points: { data: sorted, rows, columns }, splitColumns, splitValues }
}

/** The distances of k-nearest queries, row-major: entry i·k + r is that of query i to its neighbour of rank r, from the nearest on. */
export interface NeighbourDistances {
  readonly distances: Float64Array
  readonly neighbours: number
}

const requireQueries = (where: string, { points }: KdTree, queries: HostMatrix): void => {
  requireSample(where, 'queries', queries)
  if (queries.columns !== points.columns)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `queries have ${queries.columns} columns and the tree ${points.columns}`,
      'Query with rows of the same table',
    )
}

/** Room for rounding in the running lower bound of a box's distance, so that no nearest point is skipped by it. */
const slack = 1 + 1e-12

/**
 * For each row of `queries` the Euclidean distances to the `neighbours` nearest rows of the tree, nearest first: exactly what comparing
 * with every row gives. A row of the tree that is itself the query counts, at distance 0.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (no rows, fewer rows in the tree than neighbours) or `NotFinite`.
 */
export const neighbourDistances = (tree: KdTree, queries: HostMatrix, neighbours: number): NeighbourDistances => {
  requireQueries('neighbourDistances', tree, queries)
  const { points, splitColumns, splitValues } = tree
  const { data, rows, columns } = points
  requireCount('neighbourDistances', 'neighbours', neighbours)
  if (neighbours > rows)
    throw tweedieError(
      'InvalidArgument',
      'neighbourDistances',
      `${neighbours} neighbours among ${rows} rows`,
      'Ask for at most as many as there are',
    )
  const offsets = new Float64Array(columns)
  const distances = new Float64Array(queries.rows * neighbours).fill(Number.POSITIVE_INFINITY)

  /** Sorts `squares` into the increasing list `best`, and drops its last. */
  const insert = (best: Float64Array, squares: number): void => {
    let at = neighbours - 1
    for (; at > 0 && (best[at - 1] as number) > squares; at--) best[at] = best[at - 1] as number
    best[at] = squares
  }

  const searchLeaf = (query: Float64Array, from: number, to: number, best: Float64Array): void => {
    for (let i = from; i < to; i++) {
      const farthest = best[neighbours - 1] as number
      let squares = 0
      for (let j = 0, k = i * columns; j < columns && squares < farthest; j++, k++) {
        const difference = (data[k] as number) - (query[j] as number)
        squares += difference * difference
      }
      if (squares < farthest) insert(best, squares)
    }
  }

  /** `bound` is at most the squared distance from the query to the node's box: the sum of the squared `offsets`. */
  const search = (query: Float64Array, node: number, from: number, to: number, bound: number, best: Float64Array): void => {
    if (to - from <= leafRows) return searchLeaf(query, from, to, best)
    const middle = (from + to) >> 1
    const j = splitColumns[node] as number
    const offset = (query[j] as number) - (splitValues[node] as number)
    const below = offset < 0
    if (below) search(query, 2 * node + 1, from, middle, bound, best)
    else search(query, 2 * node + 2, middle, to, bound, best)
    const previous = offsets[j] as number
    const farBound = bound - previous * previous + offset * offset
    if (!(farBound < (best[neighbours - 1] as number) * slack)) return
    offsets[j] = offset
    if (below) search(query, 2 * node + 2, middle, to, farBound, best)
    else search(query, 2 * node + 1, from, middle, farBound, best)
    offsets[j] = previous
  }

  for (let i = 0; i < queries.rows; i++)
    search(queries.data.subarray(i * columns, (i + 1) * columns), 0, 0, rows, 0, distances.subarray(i * neighbours, (i + 1) * neighbours))
  return { distances: distances.map(Math.sqrt), neighbours }
}

/**
 * For each row of `queries` the Euclidean distance to the nearest row of the tree: exactly what comparing with every row gives. Throws
 * `ShapeMismatch` (columns), `InvalidArgument` (no rows) or `NotFinite`.
 */
export const nearestDistances = (tree: KdTree, queries: HostMatrix): Float64Array => {
  requireQueries('nearestDistances', tree, queries)
  return neighbourDistances(tree, queries, 1).distances
}
