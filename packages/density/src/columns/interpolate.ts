/** Where a number lies among sorted knots: between `from` and `from + 1`, at `fraction` of the way. */
export interface Position {
  readonly from: number
  readonly fraction: number
}

/**
 * Finds a number among at least two sorted knots by bisection. Beyond the ends the fraction stays at 0 or 1 with `hold`, and leaves
 * [0, 1] along the nearest segment with `line`.
 */
export const interpolate = (knots: Float64Array, x: number, extend: 'hold' | 'line'): Position => {
  let [low, high] = [0, knots.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((knots[middle] as number) <= x) low = middle
    else high = middle
  }
  const [a, b] = [knots[low] as number, knots[low + 1] as number]
  const fraction = (x - a) / (b - a)
  return { from: low, fraction: extend === 'hold' ? Math.min(1, Math.max(0, fraction)) : fraction }
}
