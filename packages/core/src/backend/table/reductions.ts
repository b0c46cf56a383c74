import { productShape } from '../kernel-shapes.js'
import { reducedShape, resolveAxis, sizeOf } from '../shape.js'
import { type RowOf, type Rows, single } from './row.js'

type ReductionName = 'sum' | 'max' | 'min'

/** Reductions, which count 1 for each element they look at, and the matrix product, which counts 2·M·K·P. */
export const reductionRows = <N>(): Rows<N, ReductionName | 'matMul'> => {
  const reduction = (name: ReductionName): RowOf<N, ReductionName> => ({
    group: 'reduction',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x, axis, keepDims = false], shapeOf) => {
      if (axis === undefined) return [[]]
      const shape = shapeOf(x)
      return [reducedShape(shape, resolveAxis(name, shape, axis), keepDims)]
    },
    flops: ([x], shapeOf) => sizeOf(shapeOf(x)),
  })

  return {
    sum: reduction('sum'),
    max: reduction('max'),
    min: reduction('min'),
    matMul: {
      group: 'product',
      operands: ([a, b]) => [a, b],
      results: single,
      resultShapes: ([a, b], shapeOf) => {
        const [m, , p] = productShape('matMul', shapeOf(a), shapeOf(b))
        return [[m, p]]
      },
      flops: ([a, b], shapeOf) => {
        const [m, k, p] = productShape('matMul', shapeOf(a), shapeOf(b))
        return 2 * m * k * p
      },
    },
  }
}
