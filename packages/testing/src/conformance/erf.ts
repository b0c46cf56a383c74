import { type Double, over, plus, times, twoProduct } from './exact.js'

/**
 * erf and erfc = 1 − erf: below 2 the series of positive terms (Abramowitz & Stegun 7.1.6), from there on the continued fraction 7.1.14.
 * e^(−x²) is taken of the exact square, so both are good to a few units in the last place.
 */
export const erf = (x: number): number => (Math.abs(x) < 2 ? series(x) : Number.isNaN(x) ? x : x > 0 ? 1 - erfc(x) : erfc(-x) - 1)

export const erfc = (x: number): number =>
  x < 2 ? (x > -2 ? 1 - series(x) : 2 - erfc(-x)) : Number.isNaN(x) ? x : x > 27.3 ? 0 : gaussian(x) / Math.sqrt(Math.PI) / fraction(x)

/** e^(−x²). */
const gaussian = (x: number): number => {
  const [square, error] = twoProduct(x, x)
  return Math.exp(-square) * (1 - error)
}

/** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), added in twice the digits. */
const series = (x: number): number => {
  const twice = times([2, 0], twoProduct(x, x))
  let term: Double = [1, 0]
  let sum: Double = [1, 0]
  for (let n = 1; term[0] > 1e-20; n++) {
    term = over(times(term, twice), [2 * n + 1, 0])
    sum = plus(sum, term)
  }
  return (2 / Math.sqrt(Math.PI)) * gaussian(x) * sum[0] * x
}

/** x + (1/2)/(x + 1/(x + (3/2)/(x + …))), x ≥ 2, from the far end, where an error shrinks with every step. */
const fraction = (x: number): number => {
  let value = x
  for (let n = 150; n >= 1; n--) value = x + n / 2 / value
  return value
}
