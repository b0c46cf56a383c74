import { type Shape, showShape, sizeOf, tweedieError } from '@tweedie/core'

/** Throws `OutOfMemory` for a result that no tensor of the device can hold. */
export type Room = (operation: string, shape: Shape) => void

export const roomFor =
  (largest: number): Room =>
  (operation, shape) => {
    if (sizeOf(shape) > largest)
      throw tweedieError(
        'OutOfMemory',
        operation,
        `a tensor of shape ${showShape(shape)} has more than the ${largest} numbers that one tensor of this device holds`,
        'Use smaller tensors: a smaller chunk or batch',
      )
  }

/** The error of an operation whose memory the host did not get, or what was thrown. */
export const withoutRoom = (operation: string, thrown: unknown): unknown =>
  thrown instanceof RangeError
    ? tweedieError('OutOfMemory', operation, `no memory for the result: ${thrown.message}`, 'Free tensors, or use smaller ones', thrown)
    : thrown
