// Reductions along one axis of row-major [outer, count, inner] numbers. A long axis is taken in several passes: chunk j takes numbers j, j + chunks, … of it,
// and the chunks' results are reduced again. Sums carry along what each addition rounds away (TwoSum: Knuth, TAOCP 2, §4.2.2), so each pass rounds
// about once, however many numbers there are.

import { type Kernels, type Primitives, reducedShape, resolveAxis, type Shape, sizeOf } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { type Program, runProgram } from './program.js'
import { finish, passes } from './reduction-passes.js'

/** Numbers that one invocation takes when the axis is cut, and the most it takes. */
const CHUNK = 64
const LONGEST = 256

/** Reduces [outer, count, inner] numbers to those of a shape, [outer, inner] numbers: the first pass by one program, the others by another. */
const reduce = (
  tf: Tf,
  first: Program,
  others: Program,
  operands: readonly TfTensor[],
  count: number,
  inner: number,
  shape: Shape,
): TfTensor => {
  const outer = sizeOf(shape) / inner
  const whole = count <= LONGEST
  const chunks = whole ? 1 : Math.ceil(count / CHUNK)
  if (whole) return runProgram(tf, first, operands, [count, inner, 1], shape)
  const parts = runProgram(tf, first, operands, [count, inner, chunks], [outer, chunks, inner])
  const result = reduce(tf, others, others, [parts], chunks, inner, shape)
  parts.dispose()
  return result
}

interface Layout {
  readonly count: number
  readonly inner: number
  readonly shape: Shape
}
const along = (operation: string, shape: Shape, axis: number | undefined, keepDims: boolean): Layout => {
  if (axis === undefined) return { count: sizeOf(shape), inner: 1, shape: [] }
  const at = resolveAxis(operation, shape, axis)
  return { count: shape[at] as number, inner: sizeOf(shape.slice(at + 1)), shape: reducedShape(shape, at, keepDims) }
}

type Reduction = 'sum' | 'max' | 'min'

/** Sums, maxima and minima, and ln Σ exp by the maximum. */
export const reductionPrograms = (tf: Tf): Pick<Primitives<TfTensor>, Reduction> & Pick<Kernels<TfTensor>, 'logSumExp'> => {
  const reduction =
    (operation: Reduction) =>
    (x: TfTensor, axis?: number, keepDims = false): TfTensor => {
      const { count, inner, shape } = along(operation, x.shape, axis, keepDims)
      return reduce(tf, passes[operation], passes[operation], [x], count, inner, shape)
    }
  const logSumExp = (x: TfTensor, axis: number, keepDims = false): TfTensor =>
    tf.tidy(() => {
      const { count, inner, shape } = along('logSumExp', x.shape, axis, keepDims)
      const maximum = reduce(tf, passes.max, passes.max, [x], count, inner, shape)
      const sum = reduce(tf, passes.sumExp, passes.sum, [x, maximum], count, inner, shape)
      return runProgram(tf, finish, [maximum, sum], [], shape)
    })
  return { sum: reduction('sum'), max: reduction('max'), min: reduction('min'), logSumExp }
}
