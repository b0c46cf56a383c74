/**
 * A running posterior: weights relative to the largest so far, mean about mean (Chan, Golub & LeVeque 1979, eq. (2.1)), so that no digits
 * are lost to a far origin, and terms may come in any order. A term is a point, or a group that stands for its points.
 */
export interface PosteriorSum {
  /** The largest log-weight so far, and Σ w and Σ w² relative to it. */
  top: number
  weight: number
  squares: number
  readonly mean: Float64Array
  /** Σ w |y − mean|². */
  spread: number
}

export const posteriorSum = (dimension: number): PosteriorSum => ({
  top: Number.NEGATIVE_INFINITY,
  weight: 0,
  squares: 0,
  mean: new Float64Array(dimension),
  spread: 0,
})

export const clearSum = (sum: PosteriorSum): void => {
  sum.top = Number.NEGATIVE_INFINITY
  sum.weight = 0
  sum.squares = 0
  sum.mean.fill(0)
  sum.spread = 0
}

/** A term below e^−100 of the largest is left out: it is smaller than the rounding of what is kept by 27 decimal orders. */
const negligible = -100

/**
 * Adds a term of log-weight ln w with its mean, values[at … at + D), the variance within it, and ln Σ w² of its points (2 ln w for one point).
 */
export const addTerm = (
  sum: PosteriorSum,
  logWeight: number,
  values: Float64Array,
  at: number,
  variance: number,
  logSquares: number,
): void => {
  if (logWeight - sum.top < negligible || logWeight === Number.NEGATIVE_INFINITY) return
  if (logWeight > sum.top) {
    const factor = Math.exp(sum.top - logWeight)
    sum.top = logWeight
    sum.weight *= factor
    sum.spread *= factor
    sum.squares *= factor * factor
  }
  const { mean } = sum
  const weight = Math.exp(logWeight - sum.top)
  const before = sum.weight
  sum.weight = before + weight
  const share = weight / sum.weight
  let squares = 0
  for (let j = 0; j < mean.length; j++) {
    const step = (values[at + j] as number) - (mean[j] as number)
    squares += step * step
    // The first term is taken as it stands: its difference from 0 would be, too, but not when it is infinite.
    mean[j] = before === 0 ? (values[at + j] as number) : (mean[j] as number) + share * step
  }
  sum.squares += Math.exp(logSquares - 2 * sum.top)
  sum.spread += weight * variance + (before === 0 ? 0 : before * share * squares)
}

/** ln Σ w; −Infinity for no weight. */
export const logWeightOf = ({ top, weight }: PosteriorSum): number => (weight > 0 ? top + Math.log(weight) : Number.NEGATIVE_INFINITY)
