/**
 * Arithmetic with twice the digits, so that the error of a definition does not count against the backend: sums and products with their
 * rounding errors (Dekker, Numer. Math. 18, 1971; Ogita, Rump & Oishi, SIAM J. Sci. Comput. 26, 2005), compensated sums (Neumaier, ZAMM
 * 54, 1974).
 */

/** An unevaluated sum of a number and a small correction. */
export type Double = readonly [high: number, low: number]

/** A rounding error that overflowed is left out; the number that it belongs to is near the threshold, and measured leniently. */
const finiteOr0 = (value: number): number => (Number.isFinite(value) ? value : 0)

/** a + b and its rounding error. */
export const twoSum = (a: number, b: number): Double => {
  const sum = a + b
  const part = sum - a
  return [sum, finiteOr0(a - (sum - part) + (b - part))]
}

const SPLIT = 2 ** 27 + 1

const halves = (a: number): Double => {
  const c = SPLIT * a
  const high = c - (c - a)
  return [high, a - high]
}

/** a · b and its rounding error. */
export const twoProduct = (a: number, b: number): Double => {
  const product = a * b
  const [a1, a2] = halves(a)
  const [b1, b2] = halves(b)
  return [product, finiteOr0(a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2))]
}

export const plus = ([a, a2]: Double, [b, b2]: Double): Double => {
  const [sum, error] = twoSum(a, b)
  return twoSum(sum, error + a2 + b2)
}

export const negated = ([a, a2]: Double): Double => [-a, -a2]

export const times = ([a, a2]: Double, [b, b2]: Double): Double => {
  const [product, error] = twoProduct(a, b)
  return twoSum(product, finiteOr0(error + a * b2 + a2 * b))
}

export const over = ([a, a2]: Double, b: Double): Double => {
  const quotient = a / b[0]
  if (!Number.isFinite(quotient)) return [quotient, 0]
  const [rest, restLow] = plus([a, a2], negated(times([quotient, 0], b)))
  return twoSum(quotient, finiteOr0((rest + restLow) / b[0]))
}

/** Σ of numbers as if added in twice the digits; NaN and infinities as IEEE 754 has them. */
export const compensatedSum = (values: readonly number[]): number => {
  let sum = 0
  let correction = 0
  for (const value of values) {
    const next = sum + value
    correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return Number.isFinite(sum) ? sum + correction : values.reduce((all, value) => all + value, 0)
}

/** Σ a_k b_k likewise. */
export const compensatedDot = (a: readonly number[], b: readonly number[]): number => {
  const parts = new Array<number>(2 * a.length)
  for (let k = 0; k < a.length; k++) {
    const [high, low] = twoProduct(a[k] as number, b[k] as number)
    parts[k] = high
    parts[a.length + k] = low
  }
  return compensatedSum(parts)
}

/** Σ |x| over what is finite. */
export const absoluteSum = (values: readonly number[]): number =>
  values.reduce((sum, value) => (Number.isFinite(value) ? sum + Math.abs(value) : sum), 0)
