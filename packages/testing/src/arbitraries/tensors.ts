import { sizeOf } from '@tweedie/core'
import fc from 'fast-check'
import { numbers } from './numbers.js'

/** Row-major numbers and their shape, to be given to `B.tensor`. */
export interface TensorData {
  readonly data: readonly number[]
  readonly shape: readonly number[]
}

/** The same, every number finite. */
export interface FiniteTensor extends TensorData {}

export interface FiniteTensorOptions {
  /** Ranks, [fewest, most] axes; [0, 3] when not given. */
  readonly rank?: readonly [number, number]
  /** The largest size of an axis; 4 when not given. Empty axes are generated. */
  readonly size?: number
  /** The largest absolute value; 100 when not given. */
  readonly bound?: number
}

/** Shapes, scalars and empty axes included. */
export const shapes = ({ rank: [fewest, most] = [0, 3], size = 4 }: FiniteTensorOptions = {}): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(size), { minLength: fewest, maxLength: most })

/** Finite tensors of any shape. */
export const finiteTensors = (options: FiniteTensorOptions = {}): fc.Arbitrary<FiniteTensor> => {
  const { bound = 100 } = options
  return shapes(options).chain((shape) =>
    fc.array(numbers(-bound, bound), { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map((data) => ({ data, shape })),
  )
}

/** What floating-point arithmetic treats apart: NaN, the infinities, both zeros, the smallest and largest numbers, normal and not, and the ends of float32. */
export const specialNumbers: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** -1022,
  1 - 2 ** -53,
  1 + 2 ** -52,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** -149,
  2 ** -126,
  (2 - 2 ** -23) * 2 ** 127,
  2 ** 24 + 1,
]

/** Tensors of any shape, a third of whose numbers are special (NaN, ±Infinity, ±0, subnormal, the largest); the others as in `finiteTensors`. */
export const tensors = (options: FiniteTensorOptions = {}): fc.Arbitrary<TensorData> => {
  const { bound = 100 } = options
  const entry = fc.oneof({ weight: 2, arbitrary: numbers(-bound, bound) }, { weight: 1, arbitrary: fc.constantFrom(...specialNumbers) })
  return shapes(options).chain((shape) =>
    fc.array(entry, { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map((data) => ({ data, shape })),
  )
}
