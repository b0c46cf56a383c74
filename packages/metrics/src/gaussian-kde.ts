/**
 * A Gaussian kernel density estimate on an increasing grid, (1/n h √(2π)) Σ exp(−(g − x_i)²/2h²), by the fast Gauss transform in its
 * Taylor form (Greengard and Strain 1991; Yang, Duraiswami and Gumerov 2003). Points are gathered into short boxes; about a box
 * centre c, with u = (g − c)/h and s = (x − c)/h,
 *
 *   exp(−(u − s)²/2) = exp(−u²/2) Σ_k u^k · exp(−s²/2) s^k / k!
 *
 * so a box costs its first 24 moments once, and each grid point one polynomial per box near it.
 *
 * Error: kernels are left out only where they add less than 1e-30 to the density, and a box is so short that |u s| ≤ 2.3, where
 * 24 terms leave a relative error of 2.3²⁴/24! < 1e-15.
 */
const terms = 24
const largestExponent = 2.25
const negligible = 1e-30

/** How many bandwidths away a kernel matters: at most `negligible` beyond, at least 8.5 (1e-16 of the peak), 38.6 underflows. */
const reachOf = (bandwidth: number): number => {
  const exponent = -Math.log(negligible * Math.sqrt(2 * Math.PI)) - Math.log(bandwidth)
  return Math.min(38.6, Math.max(8.5, Math.sqrt(2 * Math.max(0, exponent))))
}

interface Boxes {
  readonly centres: readonly number[]
  /** Box b's moment k is `moments[b * terms + k]`. */
  readonly moments: Float64Array
}

const gatherBoxes = (sorted: Float64Array, bandwidth: number, width: number): Boxes => {
  const centres: number[] = []
  const starts: number[] = []
  for (let i = 0; i < sorted.length; ) {
    const from = sorted[i] as number
    starts.push(i)
    while (i < sorted.length && (sorted[i] as number) - from <= width) i++
    centres.push(from + ((sorted[i - 1] as number) - from) / 2)
  }
  starts.push(sorted.length)
  const moments = new Float64Array(centres.length * terms)
  for (let b = 0; b < centres.length; b++)
    for (let i = starts[b] as number; i < (starts[b + 1] as number); i++) {
      const s = ((sorted[i] as number) - (centres[b] as number)) / bandwidth
      let term = Math.exp(-0.5 * s * s)
      for (let k = 0; k < terms; k++) {
        moments[b * terms + k] = (moments[b * terms + k] as number) + term
        term *= s / (k + 1)
      }
    }
  return { centres, moments }
}

/** The density at each point of `grid`. Both arrays increase; `bandwidth` is positive, in the units of the sample. */
export const gaussianKde = (sorted: Float64Array, bandwidth: number, grid: Float64Array): Float64Array => {
  const reach = reachOf(bandwidth)
  const halfWidth = largestExponent / reach
  const { centres, moments } = gatherBoxes(sorted, bandwidth, 2 * halfWidth * bandwidth)
  const cutoff = (reach + halfWidth) * bandwidth
  const density = new Float64Array(grid.length)
  let first = 0
  for (let g = 0; g < grid.length; g++) {
    const point = grid[g] as number
    while (first < centres.length && (centres[first] as number) < point - cutoff) first++
    let sum = 0
    for (let b = first; b < centres.length && (centres[b] as number) <= point + cutoff; b++) {
      const u = (point - (centres[b] as number)) / bandwidth
      const base = b * terms
      let polynomial = moments[base + terms - 1] as number
      for (let k = terms - 2; k >= 0; k--) polynomial = polynomial * u + (moments[base + k] as number)
      sum += Math.exp(-0.5 * u * u) * polynomial
    }
    density[g] = sum / sorted.length / bandwidth / Math.sqrt(2 * Math.PI)
  }
  return density
}
