import { type HostMatrix, tweedieError } from '@tweedie/core'
import { kdTree, neighbourDistances } from './kd-tree.js'

/** Around each row of a sample the ball that reaches its k-th nearest other row: what k-nearest-neighbour metrics call the manifold. */
export interface NearestBalls {
  readonly centres: HostMatrix
  readonly radii: Float64Array
}

/** The balls of `sample`. Throws `InvalidArgument` unless it has more than `neighbours` rows. */
export const nearestBalls = (where: string, name: string, sample: HostMatrix, neighbours: number): NearestBalls => {
  if (!(sample.rows > neighbours))
    throw tweedieError(
      'InvalidArgument',
      where,
      `${name} has ${sample.rows} rows for ${neighbours} neighbours of each`,
      'Pass more rows, or ask for fewer neighbours',
    )
  // Each row is its own nearest, so the k-th other row is that of rank k + 1.
  const { distances } = neighbourDistances(kdTree(sample), sample, neighbours + 1)
  return {
    centres: sample,
    radii: Float64Array.from({ length: sample.rows }, (_, i) => distances[(i + 1) * (neighbours + 1) - 1] as number),
  }
}

/** For each row of `points` the number of balls that hold it, the rim included; at most `most`, where counting stops. */
export const ballsHolding = ({ centres, radii }: NearestBalls, points: HostMatrix, most = Number.POSITIVE_INFINITY): Float64Array => {
  const { data, rows, columns } = centres
  const counts = new Float64Array(points.rows)
  for (let i = 0; i < points.rows; i++) {
    const start = i * columns
    let count = 0
    for (let c = 0; c < rows && count < most; c++) {
      const radius = radii[c] as number
      // Compared as lengths, so that a row at the very distance of the k-th neighbour is on the rim to the last bit.
      const limit = radius * radius * (1 + 1e-12)
      let squares = 0
      for (let j = 0, k = c * columns; j < columns && squares <= limit; j++, k++) {
        const difference = (data[k] as number) - (points.data[start + j] as number)
        squares += difference * difference
      }
      if (squares <= limit && Math.sqrt(squares) <= radius) count++
    }
    counts[i] = count
  }
  return counts
}

/** The mean of numbers. */
export const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
