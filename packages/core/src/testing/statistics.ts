/** Test statistics with closed-form critical values. */

/** The Kolmogorov–Smirnov distance between a sample and a continuous distribution function. */
export const kolmogorovSmirnov = (sample: ArrayLike<number>, distribution: (x: number) => number): number => {
  const sorted = Float64Array.from(sample).sort()
  let distance = 0
  sorted.forEach((x, i) => {
    const p = distribution(x)
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p)
  })
  return distance
}

/** What the distance stays below with probability 1 − level for large samples (Smirnov 1948): √(−½ ln(level/2)/n). */
export const kolmogorovSmirnovBound = (level: number, count: number): number => Math.sqrt((-0.5 * Math.log(level / 2)) / count)

export const mean = (sample: Float64Array): number => sample.reduce((sum, x) => sum + x, 0) / sample.length

/** The average of (x − centre)^power. */
export const moment = (sample: Float64Array, power: number, centre = 0): number => mean(sample.map((x) => (x - centre) ** power))

/** Pearson's correlation of two samples of one length. */
export const correlation = (a: Float64Array, b: Float64Array): number => {
  const [ma, mb] = [mean(a), mean(b)]
  return mean(a.map((x, i) => (x - ma) * ((b[i] as number) - mb))) / Math.sqrt(moment(a, 2, ma) * moment(b, 2, mb))
}

/** Pearson's χ² of counts that should all be the same. */
export const chiSquareUniform = (counts: ArrayLike<number>): number => {
  const list = Array.from(counts)
  const expected = list.reduce((sum, n) => sum + n, 0) / list.length
  return list.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
}
