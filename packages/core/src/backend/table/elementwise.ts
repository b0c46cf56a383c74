import type { Operations } from '../operations.js'
import { broadcastShapes, sizeOf } from '../shape.js'
import { type RowOf, type Rows, type ShapeOf, single, tensorsOf } from './row.js'

type UnaryName = 'neg' | 'abs' | 'exp' | 'log' | 'sqrt' | 'square' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'erf'
type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'equal'

/** Elementwise operations: shapes broadcast, and an element of the result counts 1. */
export const elementwiseRows = <N>(): Rows<N, UnaryName | BinaryName | 'where'> => {
  const shape = (x: N | number, shapeOf: ShapeOf<N>) => (typeof x === 'number' ? [] : shapeOf(x))

  const unary: RowOf<N, UnaryName> = {
    group: 'elementwise',
    operands: ([x]) => [x],
    results: single,
    resultShapes: ([x], shapeOf) => [shapeOf(x)],
    flops: ([x], shapeOf) => sizeOf(shapeOf(x)),
  }

  const binary = (name: BinaryName): RowOf<N, BinaryName> => {
    const resultShape = ([a, b]: Parameters<Operations<N>[BinaryName]>, shapeOf: ShapeOf<N>) =>
      broadcastShapes(name, shape(a, shapeOf), shape(b, shapeOf))
    return {
      group: 'elementwise',
      operands: (args) => tensorsOf<N>(args),
      results: single,
      resultShapes: (args, shapeOf) => [resultShape(args, shapeOf)],
      flops: (args, shapeOf) => sizeOf(resultShape(args, shapeOf)),
    }
  }

  const chosen = ([condition, a, b]: Parameters<Operations<N>['where']>, shapeOf: ShapeOf<N>) =>
    broadcastShapes('where', shapeOf(condition), broadcastShapes('where', shape(a, shapeOf), shape(b, shapeOf)))

  return {
    neg: unary,
    abs: unary,
    exp: unary,
    log: unary,
    sqrt: unary,
    square: unary,
    sin: unary,
    cos: unary,
    tanh: unary,
    sigmoid: unary,
    erf: unary,
    add: binary('add'),
    sub: binary('sub'),
    mul: binary('mul'),
    div: binary('div'),
    maximum: binary('maximum'),
    minimum: binary('minimum'),
    greater: binary('greater'),
    equal: binary('equal'),
    where: {
      group: 'elementwise',
      operands: (args) => tensorsOf<N>(args),
      results: single,
      resultShapes: (args, shapeOf) => [chosen(args, shapeOf)],
      flops: (args, shapeOf) => sizeOf(chosen(args, shapeOf)),
    },
  }
}
