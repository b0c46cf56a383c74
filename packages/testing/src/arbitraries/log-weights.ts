import fc from 'fast-check'
import { severalNumbers } from './numbers.js'

/**
 * Log-weights of so many points, not normalised: of one size, spread over fifty powers of e, and with some at −Infinity (weight 0) but never all.
 */
export const logWeights = (count: number): fc.Arbitrary<number[]> => {
  const many = (bound: number): fc.Arbitrary<number[]> => severalNumbers(count, -bound, bound)
  const some = fc
    .tuple(many(5), fc.array(fc.boolean(), { minLength: count, maxLength: count }), fc.nat(Math.max(0, count - 1)))
    .map(([weights, left, kept]) => weights.map((weight, i) => (left[i] && i !== kept ? Number.NEGATIVE_INFINITY : weight)))
  return fc.oneof(many(5), many(25), some)
}
