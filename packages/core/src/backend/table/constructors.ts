import { requireWholeNumber } from '../../random/whole-number.js'
import { requireCount, requireShape, sizeOf } from '../shape.js'
import { type Rows, single } from './row.js'

/** Tensors out of numbers, and out of a key. A constructor takes no floating-point operation; a normal counts 1. */
export const constructorRows = <N>(): Rows<N, 'tensor' | 'full' | 'normal'> => ({
  tensor: {
    group: 'constructor',
    operands: () => [],
    results: single,
    resultShapes: ([data, shape]) => {
      requireCount('tensor', data.length, shape)
      return [shape]
    },
    flops: () => 0,
  },
  full: {
    group: 'constructor',
    operands: () => [],
    results: single,
    resultShapes: ([shape]) => {
      requireShape('full', shape)
      return [shape]
    },
    flops: () => 0,
  },
  normal: {
    group: 'random',
    operands: () => [],
    results: single,
    resultShapes: ([, shape, first = 0]) => {
      requireShape('normal', shape)
      requireWholeNumber('normal', 'first', first)
      return [shape]
    },
    flops: ([, shape]) => sizeOf(shape),
  },
})
