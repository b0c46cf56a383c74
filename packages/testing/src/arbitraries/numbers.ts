import fc from 'fast-check'

/** The largest whole number of `fc.integer`. */
const STEPS = 0x7fffffff

/**
 * Numbers spread evenly over an interval, its ends included. `fc.double` spreads over the floating-point numbers instead: between −1 and 1 half of
 * those are below 1e-154. Shrinks towards 0, or the end that is nearest to it.
 */
export const evenly = (min: number, max: number): fc.Arbitrary<number> => {
  if (min >= 0) return fc.nat(STEPS).map((k) => Math.min(max, min + (max - min) * (k / STEPS)))
  if (max <= 0) return fc.nat(STEPS).map((k) => Math.max(min, max - (max - min) * (k / STEPS)))
  const zero = Math.round((-min / (max - min)) * STEPS)
  return fc.integer({ min: -zero, max: STEPS - zero }).map((k) => (k < 0 ? min * (-k / zero) : max * (k / (STEPS - zero))))
}

/** Numbers of an interval, most of them spread evenly and some over the floating-point numbers, so tiny ones and both zeros are among them. */
export const numbers = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 4, arbitrary: evenly(min, max) }, { weight: 1, arbitrary: fc.double({ min, max, noNaN: true }) })

/** So many numbers of an interval in an array. */
export const severalNumbers = (count: number, min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(numbers(min, max), { minLength: count, maxLength: count })
