import { fromRows, type HostMatrix, normalArray, tweedieError } from '@tweedie/core'
import { gaussian } from '@tweedie/score'
import { levelLaw } from './level-law.js'
import { normalDistribution } from './normal-distribution.js'
import type { Support } from './support.js'
import { requirePositive, requireRows } from './validate.js'

export interface PlaneNormalOptions {
  /** A point of the plane, three numbers; 0 when left out. */
  readonly mean?: readonly [number, number, number]
  /** The standard deviations along the two axes of the plane, 1 and 1 when left out. */
  readonly deviations?: readonly [number, number]
  /** A vector at right angles to the plane, of any length; (0, 0, 1) when left out. */
  readonly normal?: readonly [number, number, number]
}

/**
 * A normal law on a plane in R³: mean + s₁ Z₁ e₁ + s₂ Z₂ e₂, where e₁ and e₂ are the images of the first two axes under the reflection that takes the third
 * to ± the normal. Two is its intrinsic dimension (paper B, eq. (65)); the coordinate is Φ of the standardised first axis; the law is a closed form.
 *
 * Throws `InvalidArgument` unless the deviations are positive, mean and normal finite, and the normal not 0.
 */
export const planeNormal = ({ mean = [0, 0, 0], deviations = [1, 1], normal = [0, 0, 1] }: PlaneNormalOptions = {}): Support => {
  for (const deviation of deviations) requirePositive('planeNormal', 'deviation', deviation)
  const length = Math.hypot(...normal)
  if (!(length > 0 && Number.isFinite(length) && mean.every(Number.isFinite)))
    throw tweedieError(
      'InvalidArgument',
      'planeNormal',
      `mean (${mean}) and normal (${normal})`,
      'Use finite numbers, and a normal that is not 0',
    )
  const [first, second, across] = frame(normal.map((value) => value / length))

  /** The coordinate of row i, counted from the mean, along a unit vector. */
  const along = (x: HostMatrix, i: number, axis: Vector): number =>
    axis.reduce((sum, value, j) => sum + value * ((x.data[3 * i + j] as number) - (mean[j] as number)), 0)
  const perRow = (where: string, x: HostMatrix, of: (i: number) => number): Float64Array => {
    requireRows(`planeNormal, ${where}`, x, 3)
    return Float64Array.from({ length: x.rows }, (_, i) => of(i))
  }
  const covariance = fromRows(
    [0, 1, 2].map((i) =>
      [0, 1, 2].map(
        (j) =>
          deviations[0] ** 2 * (first[i] as number) * (first[j] as number) +
          deviations[1] ** 2 * (second[i] as number) * (second[j] as number),
      ),
    ),
  )

  return {
    name: 'plane',
    dimension: 3,
    intrinsicDimension: 2,
    sample: (key, count) => {
      const z = normalArray(key, 2 * count)
      const data = Float64Array.from({ length: 3 * count }, (_, e) => {
        const [i, j] = [Math.floor(e / 3), e % 3]
        const [u, v] = [deviations[0] * (z[2 * i] as number), deviations[1] * (z[2 * i + 1] as number)]
        return (mean[j] as number) + u * (first[j] as number) + v * (second[j] as number)
      })
      return { data, rows: count, columns: 3 }
    },
    distances: (x) => perRow('distances', x, (i) => Math.abs(along(x, i, across))),
    coordinates: (x) => perRow('coordinates', x, (i) => normalDistribution(along(x, i, first) / deviations[0])),
    law: (B) => levelLaw(B, 'planeNormal', 3, (process) => gaussian(B, { mean, covariance })(process)),
  }
}

type Vector = readonly number[]

/** The rows of a Householder reflection that takes e₃ to −sign(n₃) n: two axes of the plane and its unit normal. */
const frame = (n: Vector): readonly [Vector, Vector, Vector] => {
  const sign = (n[2] as number) < 0 ? -1 : 1
  const v = [n[0] as number, n[1] as number, (n[2] as number) + sign]
  const square = v.reduce((sum, value) => sum + value * value, 0)
  const row = (i: number): Vector => v.map((value, j) => (i === j ? 1 : 0) - (2 * (v[i] as number) * value) / square)
  return [row(0), row(1), row(2)]
}
