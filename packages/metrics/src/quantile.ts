/**
 * The quantile of increasing numbers at `level` in [0, 1], by linear interpolation between order statistics (type 7 of Hyndman and
 * Fan 1996, the default of R and NumPy).
 */
export const sortedQuantile = (sorted: Float64Array, level: number): number => {
  const position = level * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (position - below) * (high - low)
}

/** The median of numbers in any order; they are left as they are. */
export const median = (values: Float64Array): number => sortedQuantile(values.slice().sort(), 0.5)
