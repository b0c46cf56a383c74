import type { CloudLevel } from '@tweedie/core'

/** Rounding of α times a corner and of a difference, relative to what is subtracted. */
const rounding = 2 ** -51

/** A lower bound of |x − αy|² over the points y of a group: the squared distance to its box, less what rounding may have added. */
export const leastSquaredDistance = (
  { lower, upper }: CloudLevel,
  group: number,
  x: Float64Array,
  at: number,
  dimension: number,
  alpha: number,
): number => {
  let sum = 0
  for (let j = 0, corner = group * dimension; j < dimension; j++, corner++) {
    const value = x[at + j] as number
    const low = alpha * (lower[corner] as number)
    const high = alpha * (upper[corner] as number)
    const gap =
      value < low
        ? low - value - rounding * (Math.abs(low) + Math.abs(value))
        : value - high - rounding * (Math.abs(high) + Math.abs(value))
    if (gap > 0) sum += gap * gap
  }
  return sum * (1 - rounding * (dimension + 2))
}

/** The largest |x − αy|² over a group's box. */
export const largestSquaredDistance = (
  { lower, upper }: CloudLevel,
  group: number,
  x: Float64Array,
  at: number,
  dimension: number,
  alpha: number,
): number => {
  let sum = 0
  for (let j = 0, corner = group * dimension; j < dimension; j++, corner++) {
    const value = x[at + j] as number
    sum += Math.max(Math.abs(value - alpha * (lower[corner] as number)), Math.abs(value - alpha * (upper[corner] as number))) ** 2
  }
  return sum
}

/** The largest distance between a point of a group's box and a point of another level's only group's box: of the whole cloud's. */
export const largestDistanceWithin = (level: CloudLevel, group: number, whole: CloudLevel, dimension: number): number => {
  let sum = 0
  for (let j = 0, corner = group * dimension; j < dimension; j++, corner++) {
    const up = (whole.upper[j] as number) - (level.lower[corner] as number)
    const down = (level.upper[corner] as number) - (whole.lower[j] as number)
    sum += Math.max(up, down) ** 2
  }
  return Math.sqrt(sum)
}
