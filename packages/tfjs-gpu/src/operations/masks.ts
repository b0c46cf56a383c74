import { broadcastShapes, type Shape } from '@tweedie/core'
import type { TfTensor } from '../tf.js'
import type { Operand, Run } from './run.js'

/** Choices by truth values, which guards are made of. */
export interface Masks {
  /** Where a number is NaN. */
  readonly missing: (x: TfTensor) => TfTensor
  /** Where a number is equal to one that is not NaN, and below it. */
  readonly equal: (x: TfTensor, value: number) => TfTensor
  readonly below: (x: TfTensor, value: number) => TfTensor
  readonly not: (mask: TfTensor) => TfTensor
  /** a where the mask holds, else b, of the mask's shape. */
  readonly select: (mask: TfTensor, a: Operand, b: Operand) => TfTensor
}

/** The bits of a NaN tell it where the device has a kernel for that; a comparison with itself where it has not. */
export const masks = (run: Run): Masks => {
  const { tf, kernel, tensor, stretch } = run
  const missing = tf.getKernel('IsNan', tf.getBackend())
    ? (x: TfTensor): TfTensor => kernel('IsNan', { x })
    : (x: TfTensor): TfTensor => kernel('NotEqual', { a: x, b: x })
  const not = (mask: TfTensor): TfTensor => kernel('LogicalNot', { x: mask })
  const and = (a: TfTensor, b: TfTensor): TfTensor => kernel('LogicalAnd', { a, b })
  return {
    missing,
    equal: (x, value) => and(kernel('Equal', { a: x, b: tensor(value) }), not(missing(x))),
    below: (x, value) => and(kernel('Less', { a: x, b: tensor(value) }), not(missing(x))),
    not,
    select: (mask, a, b) => kernel('Select', { condition: mask, t: stretch(a, mask.shape), e: stretch(b, mask.shape) }),
  }
}

/** Both operands at the shape that they broadcast to. */
export const aligned = ({ shapeOf, stretch }: Run, operation: string, a: Operand, b: Operand): [a: TfTensor, b: TfTensor, shape: Shape] => {
  const shape = broadcastShapes(operation, shapeOf(a), shapeOf(b))
  return [stretch(a, shape), stretch(b, shape), shape]
}

/** The shape of a choice. */
export const choiceShape = ({ shapeOf }: Run, condition: Operand, a: Operand, b: Operand): Shape =>
  broadcastShapes('where', shapeOf(condition), broadcastShapes('where', shapeOf(a), shapeOf(b)))
