import { type HostMatrix, tweedieError } from '@tweedie/core'
import { requireSample } from './validate.js'

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

/** Room for rounding in the running lower bound of a box's distance, so that no nearest point is skipped by it. */
const slack = 1 + 1e-12

/**
 * For each row of `queries` the Euclidean distance to the nearest row of the tree: exactly what comparing with every row gives. Throws
 * `ShapeMismatch` (columns), `InvalidArgument` (no rows) or `NotFinite`.
 */
export const nearestDistances = ({ points, splitColumns, splitValues }: KdTree, queries: HostMatrix): Float64Array => {
  requireSample('nearestDistances', 'queries', queries)
  const { data, rows, columns } = points
  if (queries.columns !== columns)
    throw tweedieError(
      'ShapeMismatch',
      'nearestDistances',
      `queries have ${queries.columns} columns and the tree ${columns}`,
      'Query with rows of the same table',
    )
  const offsets = new Float64Array(columns)

  /** The smaller of `best` and the least squared distance from the query to rows from … to − 1. */
  const searchLeaf = (query: Float64Array, from: number, to: number, best: number): number => {
    let nearest = best
    for (let i = from; i < to; i++) {
      let squares = 0
      for (let j = 0, k = i * columns; j < columns && squares < nearest; j++, k++) {
        const difference = (data[k] as number) - (query[j] as number)
        squares += difference * difference
      }
      if (squares < nearest) nearest = squares
    }
    return nearest
  }

  /** The same for a node. `bound` is at most the squared distance from the query to its box: the sum of the squared `offsets`. */
  const search = (query: Float64Array, node: number, from: number, to: number, bound: number, best: number): number => {
    if (to - from <= leafRows) return searchLeaf(query, from, to, best)
    const middle = (from + to) >> 1
    const j = splitColumns[node] as number
    const offset = (query[j] as number) - (splitValues[node] as number)
    const below = offset < 0
    const nearest = below ? search(query, 2 * node + 1, from, middle, bound, best) : search(query, 2 * node + 2, middle, to, bound, best)
    const previous = offsets[j] as number
    const farBound = bound - previous * previous + offset * offset
    if (!(farBound < nearest * slack)) return nearest
    offsets[j] = offset
    const both = below
      ? search(query, 2 * node + 2, middle, to, farBound, nearest)
      : search(query, 2 * node + 1, from, middle, farBound, nearest)
    offsets[j] = previous
    return both
  }

  const distances = new Float64Array(queries.rows)
  for (let i = 0; i < queries.rows; i++) {
    const query = queries.data.subarray(i * columns, (i + 1) * columns)
    distances[i] = Math.sqrt(search(query, 0, 0, rows, 0, Number.POSITIVE_INFINITY))
  }
  return distances
}
