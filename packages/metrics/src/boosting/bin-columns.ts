import { column, type HostMatrix } from '@tweedie/core'

/**
 * Columns cut into a few bins, as histogram trees need them (Ke et al. 2017, LightGBM): a value is replaced by the number of cut points
 * below it. A column of few distinct values is cut half way between neighbours; of many, at its quantiles.
 */
export interface BinnedRows {
  /** Row-major, `rows × columns`. */
  readonly codes: Uint8Array
  readonly rows: number
  readonly columns: number
  /** Increasing cut points of each column: bin b holds what is above cut b − 1 and at most cut b. */
  readonly cuts: readonly Float64Array[]
}

const distinct = (sorted: Float64Array): Float64Array => sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])

/** Half way between two numbers without overflow; the lower one where nothing lies strictly between. */
const between = (low: number, high: number): number => {
  const middle = low + (high - low) / 2
  return middle < high ? middle : low
}

/** Cut points of one column, at most `bins − 1` of them, from its values in increasing order. */
const cutPoints = (sorted: Float64Array, bins: number): Float64Array => {
  const values = distinct(sorted)
  if (values.length <= bins) return Float64Array.from({ length: values.length - 1 }, (_, i) => between(...pairAt(values, i, i + 1)))
  const last = sorted.length - 1
  const quantiles = Float64Array.from({ length: bins - 1 }, (_, i) => {
    const position = (last * (i + 1)) / bins
    return between(...pairAt(sorted, Math.floor(position), Math.ceil(position)))
  })
  return distinct(quantiles)
}

const pairAt = (values: Float64Array, i: number, j: number): [number, number] => [values[i] as number, values[j] as number]

/** How many cut points lie below `value`. */
const binOf = (cuts: Float64Array, value: number): number => {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cuts[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Cuts every column into at most `bins` ≤ 256 bins. */
export const binColumns = (matrix: HostMatrix, bins: number): BinnedRows => {
  const { data, rows, columns } = matrix
  const codes = new Uint8Array(rows * columns)
  const cuts = Array.from({ length: columns }, (_, j) => {
    const points = cutPoints(column(matrix, j).sort(), bins)
    for (let i = 0, k = j; i < rows; i++, k += columns) codes[k] = binOf(points, data[k] as number)
    return points
  })
  return { codes, rows, columns, cuts }
}
