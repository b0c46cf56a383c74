import { sortedSample } from './sorted-sample.js'

export interface EnergyDistance1dOptions {
  /** Weight of each value of `u`, at least 0, of any scale; equal when absent. */
  readonly uWeights?: ArrayLike<number>
  /** Weight of each value of `v`. */
  readonly vWeights?: ArrayLike<number>
}

/**
 * The energy distance between two samples on the line, **not squared**: D = √(2 ∫ (F − G)² dx), with F and G the distribution
 * functions; SciPy's `energy_distance`. In the square root of the units of the values. Its square is `energyDistance` of one column.
 *
 * Throws `InvalidArgument` (empty, negative weight), `ShapeMismatch` (number of weights) or `NotFinite`.
 */
export const energyDistance1d = (
  u: ArrayLike<number>,
  v: ArrayLike<number>,
  { uWeights, vWeights }: EnergyDistance1dOptions = {},
): number => {
  const a = sortedSample('energyDistance1d', 'u', u, uWeights)
  const b = sortedSample('energyDistance1d', 'v', v, vWeights)
  const [aTotal, bTotal] = [a.cumulative[a.values.length - 1] as number, b.cumulative[b.values.length - 1] as number]
  let integral = 0
  let gap = 0
  let previous = Math.min(a.values[0] as number, b.values[0] as number)
  for (let i = 0, j = 0; i < a.values.length || j < b.values.length; ) {
    const nextA = a.values[i] ?? Number.POSITIVE_INFINITY
    const nextB = b.values[j] ?? Number.POSITIVE_INFINITY
    const next = Math.min(nextA, nextB)
    integral += gap * gap * (next - previous)
    previous = next
    if (nextA === next) i++
    else j++
    // F − G to the right of `next`, from products that are equal wherever F and G are.
    gap = ((a.cumulative[i - 1] ?? 0) * bTotal - (b.cumulative[j - 1] ?? 0) * aTotal) / (aTotal * bTotal)
  }
  return Math.sqrt(2 * integral)
}
