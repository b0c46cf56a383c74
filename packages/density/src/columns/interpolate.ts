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
  const from = segment(knots, x)
  return { from, fraction: fractionOf(knots, from, x, extend) }
}

/** How far x is on its way from knot `from` to the next. */
export const fractionOf = (knots: Float64Array, from: number, x: number, extend: 'hold' | 'line'): number => {
  const [a, b] = [knots[from] as number, knots[from + 1] as number]
  const fraction = (x - a) / (b - a)
  return extend === 'hold' ? Math.min(1, Math.max(0, fraction)) : fraction
}

/** The last knot but one that is not above x, or the first: the segment of x. By bisection, from `least` to `most`. */
export const segment = (knots: Float64Array, x: number, least = 0, most = knots.length - 1): number => {
  let [low, high] = [least, most]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((knots[middle] as number) <= x) low = middle
    else high = middle
  }
  return low
}

/** `segment` for many numbers among the same knots: cells of equal width say between which knots to look. */
export const segmentFinder = (knots: Float64Array): ((x: number) => number) => {
  const last = knots.length - 1
  const [first, cells] = [knots[0] as number, 2 * last]
  const perUnit = cells / ((knots[last] as number) - first)
  const begins = new Int32Array(cells + 1)
  for (let cell = 0, from = 0; cell <= cells; cell++) {
    while (from < last - 1 && (knots[from + 1] as number) <= first + cell / perUnit) from++
    begins[cell] = from
  }
  return (x) => {
    const cell = Math.floor((x - first) * perUnit)
    if (!(cell >= 1 && cell < cells - 1)) return segment(knots, x)
    const found = segment(knots, x, begins[cell] as number, Math.min(last, (begins[cell + 1] as number) + 1))
    // Where the rounding of the cell misled, look everywhere.
    return (knots[found] as number) <= x && x < (knots[found + 1] as number) ? found : segment(knots, x)
  }
}
