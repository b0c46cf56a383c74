import type { HostMatrix } from '@tweedie/core'

/**
 * Writes |x − y_j|² for x the row `i` of a matrix and every row j ≥ `from` of another, summed column by column in order, into
 * `squares[j]`. Four rows at a time, which is twice as fast and gives the same numbers.
 */
export const squaresFrom = (x: HostMatrix, i: number, y: HostMatrix, from: number, squares: Float64Array): void => {
  const { columns } = x
  const [point, data, rows, start] = [x.data, y.data, y.rows, i * columns]
  let j = from
  for (; j + 3 < rows; j += 4) {
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let p = j * columns
    let q = p + columns
    let r = q + columns
    let s = r + columns
    for (let k = start; k < start + columns; k++) {
      const value = point[k] as number
      const u = (data[p++] as number) - value
      const v = (data[q++] as number) - value
      const w = (data[r++] as number) - value
      const z = (data[s++] as number) - value
      a += u * u
      b += v * v
      c += w * w
      d += z * z
    }
    squares[j] = a
    squares[j + 1] = b
    squares[j + 2] = c
    squares[j + 3] = d
  }
  for (; j < rows; j++) {
    let sum = 0
    for (let k = start, p = j * columns; k < start + columns; k++, p++) {
      const difference = (data[p] as number) - (point[k] as number)
      sum += difference * difference
    }
    squares[j] = sum
  }
}

/** |x_i − y_j|² for every pair, row-major `x.rows × y.rows`, summed column by column in order. */
export const squaredDistances = (x: HostMatrix, y: HostMatrix): Float64Array => {
  const squares = new Float64Array(x.rows * y.rows)
  for (let i = 0; i < x.rows; i++) squaresFrom(x, i, y, 0, squares.subarray(i * y.rows, (i + 1) * y.rows))
  return squares
}
