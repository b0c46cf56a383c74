/**
 * The error function to about 1e-16: for |x| < 2.5 the series of positive terms (Abramowitz & Stegun 7.1.6), beyond it 1 − erfc by the
 * continued fraction 7.1.14, evaluated from the far end.
 */
export const erf = (x: number): number => {
  const a = Math.abs(x)
  if (Number.isNaN(a)) return Number.NaN
  const value = a < 2.5 ? series(a) : a > 6 ? 1 : 1 - complement(a)
  return x < 0 || Object.is(x, -0) ? -value : value
}

/** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). */
const series = (x: number): number => {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** e^(−x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))). */
const complement = (x: number): number => {
  let fraction = x
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction
}
