import { tweedieError } from '../../errors.js'
import type { Shape } from '../../tensor.js'
import { concatShape, requireBroadcastTo, requireReshape, resized, sliceAxis } from '../indexing-shapes.js'
import { requireShape, showShape, sizeOf } from '../shape.js'
import { type Rows, single } from './row.js'

type IndexingName = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** Shape and indexing. Moving elements counts 0; `scatterRows` adds, so it counts 1 for each element it adds. */
export const indexingRows = <N>(): Rows<N, IndexingName> => ({
  reshape: {
    group: 'indexing',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, shape], shapeOf) => {
      requireReshape(shapeOf(x), shape)
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
      requireBroadcastTo(shapeOf(x), shape)
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
      return [resized(shape, sliceAxis(shape, axis, from, to), to - from)]
    },
    flops: () => 0,
  },
  concat: {
    group: 'indexing',
    operands: ([xs]) => xs,
    results: single,
    resultShapes: ([xs, axis], shapeOf) => [concatShape(xs.map(shapeOf), axis)[1]],
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
