import { fromRows, type HostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { numbers } from './numbers.js'

export interface PointCloudOptions {
  /** Columns; 1 to 3 when not given. */
  readonly dimension?: number
  /** The most points; 12 when not given. */
  readonly points?: number
}

const coordinate = numbers(-2, 2)

/**
 * Point clouds, one point per row: in general position, and the kinds that break code: one point alone, points that repeat, points on a
 * line, and two clusters a thousand apart.
 */
export const pointClouds = ({ dimension, points = 12 }: PointCloudOptions = {}): fc.Arbitrary<HostMatrix> => {
  const dimensions = dimension === undefined ? fc.integer({ min: 1, max: 3 }) : fc.constant(dimension)
  return dimensions.chain((d) => {
    const point = fc.array(coordinate, { minLength: d, maxLength: d })
    const several = fc.array(point, { minLength: 1, maxLength: points })
    const half = fc.array(point, { minLength: 1, maxLength: Math.max(1, Math.floor(points / 2)) })
    const general = several
    const single = point.map((one) => [one])
    const repeated = half.map((some) => [...some, ...some].slice(0, points))
    const collinear = fc
      .tuple(point, point, fc.array(coordinate, { minLength: 1, maxLength: points }))
      .map(([origin, direction, along]) => along.map((s) => origin.map((x, j) => x + s * (direction[j] as number))))
    const apart = fc.tuple(half, half).map(([near, far]) => [...near, ...far.map((y) => y.map((x) => x + 1000))].slice(0, points))
    return fc.oneof(general, single, repeated, collinear, apart).map(fromRows)
  })
}
