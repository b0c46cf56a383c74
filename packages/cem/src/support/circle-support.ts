import { uniformArray } from '@tweedie/core'
import { circle } from '@tweedie/score'
import { levelLaw } from './level-law.js'
import type { Support } from './support.js'
import { requirePositive, requireRows } from './validate.js'

/**
 * The uniform law on the circle of a radius about 0 in the plane. The coordinate is the angle over 2π, in [0, 1); the law is a closed form in Bessel
 * functions (docs/formulas.md §1). Throws `InvalidArgument` unless the radius is positive and finite.
 */
export const circleSupport = (radius = 1): Support => {
  requirePositive('circleSupport', 'radius', radius)
  return {
    name: 'circle',
    dimension: 2,
    intrinsicDimension: 1,
    sample: (key, count) => {
      const data = new Float64Array(2 * count)
      uniformArray(key, count).forEach((share, i) => {
        data[2 * i] = radius * Math.cos(2 * Math.PI * share)
        data[2 * i + 1] = radius * Math.sin(2 * Math.PI * share)
      })
      return { data, rows: count, columns: 2 }
    },
    distances: (x) => {
      requireRows('circleSupport, distances', x, 2)
      return Float64Array.from({ length: x.rows }, (_, i) =>
        Math.abs(Math.hypot(x.data[2 * i] as number, x.data[2 * i + 1] as number) - radius),
      )
    },
    coordinates: (x) => {
      requireRows('circleSupport, coordinates', x, 2)
      return Float64Array.from({ length: x.rows }, (_, i) => turn(x.data[2 * i + 1] as number, x.data[2 * i] as number))
    },
    law: (B) => levelLaw(B, 'circleSupport', 2, circle(B, { radius })),
  }
}

/** The angle of (x, y) as a part of the full turn, in [0, 1). */
export const turn = (y: number, x: number): number => {
  const share = Math.atan2(y, x) / (2 * Math.PI)
  // A tiny negative angle plus 1 rounds to 1.
  return share < 0 ? Math.min(1 + share, 1 - Number.EPSILON / 2) : share
}
