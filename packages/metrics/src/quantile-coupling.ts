import type { SortedSample } from './sorted-sample.js'

/**
 * The optimal coupling of two samples on the line for any convex cost: the same quantile goes to the same quantile (Santambrogio,
 * *Optimal Transport for Applied Mathematicians*, Theorem 2.9). As a list of distances and the mass that travels each.
 */
export interface Coupling {
  readonly distances: Float64Array
  /** In units of one over the product of both totals, so whole weights give whole masses and no quantile is missed by rounding. */
  readonly masses: Float64Array
}

/** The coupling of two samples of any sizes and weights: at most `u + v − 1` pieces, each of positive mass. */
export const quantileCoupling = (u: SortedSample, v: SortedSample): Coupling => {
  const [n, m] = [u.values.length, v.values.length]
  const [uTotal, vTotal] = [u.cumulative[n - 1] as number, v.cumulative[m - 1] as number]
  const distances = new Float64Array(n + m - 1)
  const masses = new Float64Array(n + m - 1)
  let pieces = 0
  let reached = 0
  for (let i = 0, j = 0; i < n && j < m; ) {
    const uEnd = (u.cumulative[i] as number) * vTotal
    const vEnd = (v.cumulative[j] as number) * uTotal
    const end = Math.min(uEnd, vEnd)
    if (end > reached) {
      distances[pieces] = Math.abs((u.values[i] as number) - (v.values[j] as number))
      masses[pieces++] = end - reached
      reached = end
    }
    if (uEnd === end) i++
    if (vEnd === end) j++
  }
  return { distances: distances.subarray(0, pieces), masses: masses.subarray(0, pieces) }
}

/** (Σ m d^p / Σ m)^(1/p), with the largest distance factored out so that no power overflows. */
export const powerMean = (distances: Float64Array, masses: Float64Array | undefined, order: number): number => {
  let largest = 0
  for (let k = 0; k < distances.length; k++) largest = Math.max(largest, distances[k] as number)
  if (largest === 0) return 0
  let sum = 0
  let total = 0
  for (let k = 0; k < distances.length; k++) {
    const mass = masses === undefined ? 1 : (masses[k] as number)
    const scaled = (distances[k] as number) / largest
    total += mass
    sum += mass * (order === 1 ? scaled : order === 2 ? scaled * scaled : scaled ** order)
  }
  return largest * (sum / total) ** (1 / order)
}
