import { tweedieError } from '../errors.js'
import type { Shape } from '../tensor.js'
import { broadcastShapes, requireShape, resolveAxis, sameShape, showShape, sizeOf } from './shape.js'

/** What indexing asks of its operands' shapes, in one place for the table and for every backend. */

/** Throws unless a tensor of one shape can be read as another: `InvalidArgument` for no shape, `ShapeMismatch` for another number of elements. */
export const requireReshape = (from: Shape, to: Shape): void => {
  requireShape('reshape', to)
  if (sizeOf(to) !== sizeOf(from))
    throw tweedieError('ShapeMismatch', 'reshape', `${showShape(from)} to ${showShape(to)}`, 'Keep the number of elements')
}

/** Throws unless one shape stretches to another: `InvalidArgument` for no shape, `ShapeMismatch` where an axis would have to stretch that is not 1. */
export const requireBroadcastTo = (from: Shape, to: Shape): void => {
  requireShape('broadcastTo', to)
  if (!sameShape(broadcastShapes('broadcastTo', from, to), to))
    throw tweedieError('ShapeMismatch', 'broadcastTo', `${showShape(from)} to ${showShape(to)}`, 'Only axes of size 1 stretch')
}

/** The axis of a slice, counted from 0. Throws `InvalidArgument` unless it is there and 0 ≤ from ≤ to ≤ size. */
export const sliceAxis = (shape: Shape, axis: number, from: number, to: number): number => {
  const at = resolveAxis('slice', shape, axis)
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= (shape[at] as number)))
    throw tweedieError(
      'InvalidArgument',
      'slice',
      `elements ${from} to ${to} along axis ${axis} of ${showShape(shape)}`,
      'Use whole numbers 0 ≤ from ≤ to ≤ size',
    )
  return at
}

/** The axis along which tensors are joined, counted from 0, and the shape of the result. Throws `InvalidArgument` or `ShapeMismatch`. */
export const concatShape = (shapes: readonly Shape[], axis: number): readonly [at: number, shape: Shape] => {
  const first = shapes[0]
  if (first === undefined) throw tweedieError('InvalidArgument', 'concat', 'no tensors', 'Pass at least one')
  const at = resolveAxis('concat', first, axis)
  if (!shapes.every((shape) => sameShape(resized(shape, at, 0), resized(first, at, 0))))
    throw tweedieError(
      'ShapeMismatch',
      'concat',
      `${shapes.map(showShape).join(', ')} along axis ${axis}`,
      'All sizes but the joined one must agree',
    )
  return [
    at,
    resized(
      first,
      at,
      shapes.reduce((total, shape) => total + (shape[at] as number), 0),
    ),
  ]
}

/** A shape with another size along an axis. */
export const resized = (shape: Shape, axis: number, size: number): number[] => shape.map((length, k) => (k === axis ? size : length))
