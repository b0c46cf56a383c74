import { sizeOf } from '@tweedie/core'
import fc from 'fast-check'

/** Row-major numbers and their shape, to be given to `B.tensor`. */
export interface FiniteTensor {
  readonly data: readonly number[]
  readonly shape: readonly number[]
}

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
    fc
      .array(fc.double({ min: -bound, max: bound, noNaN: true }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
      .map((data) => ({ data, shape })),
  )
}
