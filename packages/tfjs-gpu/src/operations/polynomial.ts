import type { TfTensor } from '../tf.js'
import type { Arithmetic } from './names.js'

/** Σ c_k x^k by Horner's rule, for coefficients from the highest on. */
export const polynomial = (
  { add, mul }: Pick<Arithmetic, 'add' | 'mul'>,
  x: TfTensor,
  [first, ...rest]: readonly [number, ...number[]],
): TfTensor => {
  let value: TfTensor | number = first
  for (const coefficient of rest) value = add(mul(value, x), coefficient)
  return value as TfTensor
}
