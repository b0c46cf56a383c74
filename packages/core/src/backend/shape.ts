import { tweedieError } from '../errors.js'
import type { Shape } from '../tensor.js'

/** Number of elements of a shape; 1 for a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)

/** Throws `InvalidArgument` unless every size is a whole number, 0 included. */
export const requireShape = (operation: string, shape: Shape): void => {
  for (const size of shape)
    if (!Number.isSafeInteger(size) || size < 0)
      throw tweedieError('InvalidArgument', operation, `shape ${showShape(shape)}`, 'Use whole numbers, at least 0, as sizes')
}

/** Throws `InvalidArgument` for no shape, and `ShapeMismatch` unless it holds as many numbers as are given. */
export const requireCount = (operation: string, count: number, shape: Shape): void => {
  requireShape(operation, shape)
  if (count !== sizeOf(shape))
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `${count} numbers for shape ${showShape(shape)}`,
      'Pass as many numbers as the shape holds',
    )
}

/** A shape as a person writes it: `[3, 2]`. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** Whether two shapes are the same. */
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, axis) => size === b[axis])

/** The shape of `a ∘ b` by the array API's broadcasting rule. Throws `ShapeMismatch` naming the operation and both shapes. */
export const broadcastShapes = (operation: string, a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1
    const n = b[axis - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      throw tweedieError(
        'ShapeMismatch',
        operation,
        `shapes ${showShape(a)} and ${showShape(b)} do not broadcast`,
        'Make each pair of sizes, counted from the last axis, equal or 1',
      )
    return m === 1 ? n : m
  })
}

/** An axis counted from 0; negative axes count from the end. Throws `InvalidArgument` when there is no such axis. */
export const resolveAxis = (operation: string, shape: Shape, axis: number): number => {
  const resolved = axis < 0 ? axis + shape.length : axis
  if (!Number.isInteger(resolved) || resolved < 0 || resolved >= shape.length)
    throw tweedieError(
      'InvalidArgument',
      operation,
      `axis ${axis} of a tensor of shape ${showShape(shape)}`,
      `Use an axis from ${-shape.length} to ${shape.length - 1}`,
    )
  return resolved
}

/** The shape after a reduction over one axis. */
export const reducedShape = (shape: Shape, axis: number, keepDims: boolean): number[] =>
  keepDims ? shape.map((size, k) => (k === axis ? 1 : size)) : shape.filter((_, k) => k !== axis)

/** Throws `ShapeMismatch` unless the shape has the rank that the operation needs. */
export const requireRank = (operation: string, shape: Shape, rank: number): void => {
  if (shape.length !== rank)
    throw tweedieError('ShapeMismatch', operation, `a tensor of shape ${showShape(shape)} where rank ${rank} is needed`, 'Reshape it first')
}
