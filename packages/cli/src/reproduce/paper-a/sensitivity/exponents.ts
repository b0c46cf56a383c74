/** An exponent p of y ∝ x^p with its standard error. */
export interface Exponent {
  /** Of each seed. */
  readonly perSeed: readonly number[]
  readonly mean: number
  /** Over seeds; of the residuals of the one line where there is one seed (its points taken as independent). */
  readonly standardError: number
}

interface Fit {
  readonly slope: number
  readonly standardError: number
}

/** The least-squares line through (ln x, ln y): its slope and the slope's standard error, √(RSS/((n − 2) Sxx)), 0 for two points. */
const logLogFit = (xs: readonly number[], ys: readonly number[]): Fit => {
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)]
  const n = u.length
  const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n
  const [uMean, vMean] = [average(u), average(v)]
  const spread = u.reduce((sum, value) => sum + (value - uMean) ** 2, 0)
  const slope = u.reduce((sum, value, k) => sum + (value - uMean) * ((v[k] as number) - vMean), 0) / spread
  const residual = u.reduce((sum, value, k) => sum + ((v[k] as number) - vMean - slope * (value - uMean)) ** 2, 0)
  return { slope, standardError: n > 2 ? Math.sqrt(residual / (n - 2) / spread) : 0 }
}

/** The exponent of y ∝ x^p by least squares of the logarithms, seed by seed. At least two different x; all numbers above 0. */
export const exponentOf = (xs: readonly number[], perSeed: readonly (readonly number[])[]): Exponent => {
  const fits = perSeed.map((ys) => logLogFit(xs, ys))
  const slopes = fits.map(({ slope }) => slope)
  const mean = slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length
  const variance = slopes.reduce((sum, slope) => sum + (slope - mean) ** 2, 0) / (slopes.length - 1)
  return { perSeed: slopes, mean, standardError: slopes.length > 1 ? Math.sqrt(variance / slopes.length) : (fits[0] as Fit).standardError }
}
