import { type Primitives, requireCount, requireShape, type Shape, sizeOf } from '@tweedie/core'
import type { Room } from '../memory/room.js'
import type { TfTensor } from '../tf.js'
import type { Run } from './run.js'

export type Constructors = Pick<Primitives<TfTensor>, 'tensor' | 'full'>

/** Tensors up to this size are filled by the host and sent; larger ones are one number, repeated on the device. */
const SENT = 4096

/** Tensors of numbers. They are copied: TensorFlow.js keeps the array that it is given. */
export const constructors = (run: Run, room: Room): Constructors => {
  const sized = (name: string, shape: Shape): void => {
    requireShape(name, shape)
    room(name, shape)
  }
  return {
    tensor: (data, shape) => {
      requireCount('tensor', data.length, shape)
      sized('tensor', shape)
      return run.numbers(new Float32Array(data), shape)
    },
    full: (shape, value) => {
      sized('full', shape)
      const size = sizeOf(shape)
      if (size <= SENT) return run.numbers(new Float32Array(size).fill(value), shape)
      return run.within(() => run.stretch(value, shape))
    },
  }
}
