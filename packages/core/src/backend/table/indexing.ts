import { tweedieError } from '../../errors.js'
import type { Shape } from '../../tensor.js'
import { broadcastShapes, requireShape, resolveAxis, sameShape, showShape, sizeOf } from '../shape.js'
import { type Rows, single } from './row.js'

type IndexingName = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** Shape and indexing. Moving elements counts 0; `scatterRows` adds, so it counts 1 for each element it adds. */
export const indexingRows = <N>(): Rows<N, IndexingName> => ({
  reshape: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, shape], shapeOf) => {
      requireShape('reshape', shape)
      if (sizeOf(shape) !== sizeOf(shapeOf(x)))
        throw tweedieError('ShapeMismatch', 'reshape', `${showShape(shapeOf(x))} to ${showShape(shape)}`, 'Keep the number of elements')
      return [shape]
    },
    flops: () => 0,
  },
  transpose: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x], shapeOf) => [[...shapeOf(x)].reverse()],
    flops: () => 0,
  },
  broadcastTo: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, shape], shapeOf) => {
      requireShape('broadcastTo', shape)
      if (!sameShape(broadcastShapes('broadcastTo', shapeOf(x), shape), shape))
        throw tweedieError('ShapeMismatch', 'broadcastTo', `${showShape(shapeOf(x))} to ${showShape(shape)}`, 'Only axes of size 1 stretch')
      return [shape]
    },
    flops: () => 0,
  },
  slice: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, axis, from, to], shapeOf) => {
      const shape = shapeOf(x)
      const at = resolveAxis('slice', shape, axis)
      if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= (shape[at] as number)))
        throw tweedieError(
          'InvalidArgument',
          'slice',
          `elements ${from} to ${to} along axis ${axis} of ${showShape(shape)}`,
          'Use whole numbers 0 ≤ from ≤ to ≤ size',
        )
      return [resized(shape, at, to - from)]
    },
    flops: () => 0,
  },
  concat: {
    group: 'indexing',
    operands: ([xs]) => xs,
    results: single,
    resultShapes: ([xs, axis], shapeOf) => {
      const shapes = xs.map(shapeOf)
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
        resized(
          first,
          at,
          shapes.reduce((total, shape) => total + (shape[at] as number), 0),
        ),
      ]
    },
    flops: () => 0,
  },
  takeRows: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, indices], shapeOf) => {
      const shape = requireRows('takeRows', shapeOf(x))
      requireIndices('takeRows', indices, shape[0] as number)
      return [[indices.length, ...shape.slice(1)]]
    },
    flops: () => 0,
  },
  scatterRows: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, indices, rows], shapeOf) => {
      const shape = requireRows('scatterRows', shapeOf(x))
      if (shape[0] !== indices.length)
        throw tweedieError('ShapeMismatch', 'scatterRows', `${indices.length} indices for ${showShape(shape)}`, 'Give one index per row')
      requireShape('scatterRows', [rows])
      requireIndices('scatterRows', indices, rows)
      return [[rows, ...shape.slice(1)]]
    },
    flops: ([x], shapeOf) => sizeOf(shapeOf(x)),
  },
})

const resized = (shape: Shape, axis: number, size: number): number[] => shape.map((length, k) => (k === axis ? size : length))

const requireRows = (operation: string, shape: Shape): Shape => {
  if (shape.length === 0) throw tweedieError('ShapeMismatch', operation, 'a scalar has no rows', 'Reshape it first')
  return shape
}

const requireIndices = (operation: string, indices: ArrayLike<number>, rows: number): void => {
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k] as number
    if (!Number.isInteger(index) || index < 0 || index >= rows)
      throw tweedieError('InvalidArgument', operation, `row ${index} of ${rows}`, 'Use whole numbers from 0 to rows − 1')
  }
}
