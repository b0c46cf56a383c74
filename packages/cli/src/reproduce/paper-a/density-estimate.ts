/** Gaussian kernel densities for pictures: of one column with the bandwidth of the metric, of two with Scott's rule (docs/formulas.md §2). */

import type { Grid, Points } from '@tweedie/cem'
import { column, type HostMatrix } from '@tweedie/core'

/** Rows that a picture looks at; the rows of samples are independent, so the first do. */
const looked = 2_500

const momentsOf = (values: Float64Array): readonly [mean: number, deviation: number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))]
}

const spaced = (from: number, to: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1))

/** Smallest and largest value. */
export const rangeOf = (values: Float64Array): readonly [number, number] => [
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
]

/** The density of a column at `count` places of a range: bandwidth 0.2 deviations. */
export const marginalDensity = (matrix: HostMatrix, j: number, [from, to]: readonly [number, number], count = 240): Points => {
  const values = column(matrix, j).subarray(0, looked)
  const width = 0.2 * momentsOf(values)[1]
  return Array.from(spaced(from, to, count), (at) => {
    let sum = 0
    for (const value of values) sum += Math.exp(-0.5 * ((at - value) / width) ** 2)
    return [at, sum / (values.length * width * Math.sqrt(2 * Math.PI))] as const
  })
}

/** log₁₀ of (density + 1e-10) of two columns on a square grid, with the covariance of the rows times n^(−1/3). */
export const logDensityGrid = (
  matrix: HostMatrix,
  [j, k]: readonly [number, number],
  [x, y]: readonly [readonly [number, number], readonly [number, number]],
  size = 50,
): Grid => {
  const [first, second] = [column(matrix, j).subarray(0, looked), column(matrix, k).subarray(0, looked)]
  const rows = first.length
  const [[meanX, deviationX], [meanY, deviationY]] = [momentsOf(first), momentsOf(second)]
  const correlation =
    first.reduce((sum, value, i) => sum + (value - meanX) * ((second[i] as number) - meanY), 0) / ((rows - 1) * deviationX * deviationY)
  // Whitened, the kernel is round. Perfect correlation would leave no density in the plane.
  const rest = Math.sqrt(Math.max(1e-12, 1 - correlation ** 2))
  const bandwidth = rows ** (-1 / 6)
  const white = (a: number, b: number): readonly [number, number] => {
    const [u, v] = [(a - meanX) / deviationX, (b - meanY) / deviationY]
    return [u / bandwidth, (v - correlation * u) / rest / bandwidth]
  }
  const points = Array.from(first, (a, i) => white(a, second[i] as number))
  const height = 1 / (rows * 2 * Math.PI * bandwidth ** 2 * deviationX * deviationY * rest)
  const [xs, ys] = [spaced(...x, size), spaced(...y, size)]
  const values = Array.from(ys).flatMap((b) =>
    Array.from(xs, (a) => {
      const [u, v] = white(a, b)
      let sum = 0
      for (const [p, q] of points) sum += Math.exp(-0.5 * ((u - p) ** 2 + (v - q) ** 2))
      return Math.log10(height * sum + 1e-10)
    }),
  )
  return { columns: size, rows: size, x, y, values }
}
