/** A two-sample test with a stated error rate, valid for any sizes of the samples. */

/** A number per row of a sample of points in the plane, [M, 2] row by row. */
export type Feature = (points: Float64Array) => Float64Array | Promise<Float64Array>

/** The coordinates along `count` directions, evenly over half a turn; the first is the first axis. */
export const projections = (count: number): readonly Feature[] =>
  Array.from({ length: count }, (_, k) => {
    const [cos, sin] = [Math.cos((Math.PI * k) / count), Math.sin((Math.PI * k) / count)]
    return (points) =>
      Float64Array.from({ length: points.length / 2 }, (_, i) => cos * (points[2 * i] as number) + sin * (points[2 * i + 1] as number))
  })

/** A sample by its features, each sorted. */
export interface Profile {
  readonly rows: number
  readonly sorted: readonly Float64Array[]
}

/** Throws where a feature is NaN: such a sample is no sample. */
export const profileOf = async (points: Float64Array, features: readonly Feature[]): Promise<Profile> => {
  const sorted = await Promise.all(features.map(async (feature) => (await feature(points)).sort()))
  // NaN sorts to the end.
  if (sorted.some((values) => Number.isNaN(values.at(-1)))) throw new Error('a feature of the sample is NaN')
  return { rows: points.length / 2, sorted }
}

/** sup |F_a − F_b|, the Kolmogorov–Smirnov distance of two sorted samples of any sizes. */
export const kolmogorovSmirnov = (a: Float64Array, b: Float64Array): number => {
  let [i, j, worst] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i] as number, b[j] as number)
    while (i < a.length && a[i] === at) i++
    while (j < b.length && b[j] === at) j++
    worst = Math.max(worst, Math.abs(i / a.length - j / b.length))
  }
  return worst
}

/** What sup |F_n − F| exceeds with probability at most `level`, at any n and for any law (Massart 1990): √(ln(2/level)/(2n)). */
export const massartBound = (rows: number, level: number): number => Math.sqrt(Math.log(2 / level) / (2 * rows))

/** The outcome of a comparison: refused where some feature's distance is beyond the bound. */
export interface Comparison {
  readonly refused: boolean
  /** The largest distance over the features, as a share of the bound. */
  readonly share: number
  /** The feature it is of. */
  readonly feature: number
}

/**
 * Refuses that two samples have one law where for some feature sup |F_a − F_b| exceeds the sum of both Massart bounds at `level`. Since
 * sup |F_a − F_b| ≤ sup |F_a − F| + sup |F_b − F|, samples of one law are refused with probability at most 2 · level · features, with no
 * assumption on sizes or law. A sample that serves in several comparisons adds its share once.
 */
export const compare = (a: Profile, b: Profile, level: number): Comparison => {
  const bound = massartBound(a.rows, level) + massartBound(b.rows, level)
  const shares = a.sorted.map((values, k) => kolmogorovSmirnov(values, b.sorted[k] as Float64Array) / bound)
  const share = Math.max(...shares)
  return { refused: !(share <= 1), share, feature: shares.indexOf(share) }
}
