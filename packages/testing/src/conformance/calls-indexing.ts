import { type Shape, sizeOf } from '@tweedie/core'
import fc from 'fast-check'
import { keys } from '../arbitraries/seeds.js'
import { tensorOf } from './tensors.js'
import type { Values } from './values.js'

/** The same number of elements in another shape: two neighbouring sizes joined, one taken apart, or axes of size 1 added. */
const regroupings = (shape: Shape): fc.Arbitrary<number[]> =>
  fc
    .nat(shape.length)
    .chain((k) =>
      fc.constantFrom(
        [sizeOf(shape)],
        [...shape.slice(0, k), 1, ...shape.slice(k)],
        [...shape].reverse(),
        ...(k + 1 < shape.length ? [[...shape.slice(0, k), (shape[k] as number) * (shape[k + 1] as number), ...shape.slice(k + 2)]] : []),
      ),
    )

export const indexingCalls = (
  { any }: Values,
  shapesFrom: (fewest: number, most?: number) => fc.Arbitrary<number[]>,
  axisOf: (shape: Shape) => fc.Arbitrary<number>,
) => {
  const tensor = (fewest: number) => fc.tuple(shapesFrom(fewest), any).chain(([shape, numbers]) => tensorOf(shape, numbers))
  const rows = fc.integer({ min: 1, max: 4 })
  return {
    reshape: tensor(0).chain((x) => fc.tuple(fc.constant(x), regroupings(x.shape))),
    transpose: fc.tuple(tensor(0)),
    broadcastTo: fc
      .tuple(shapesFrom(0), fc.nat(15), fc.nat(4), any)
      .chain(([shape, ones, drop, numbers]) =>
        fc.tuple(tensorOf(shape.map((size, k) => ((ones >> k) & 1 ? 1 : size)).slice(drop), numbers), fc.constant(shape)),
      ),
    slice: tensor(1)
      .chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape)))
      .chain(([x, axis]) => {
        const size = x.shape.at(axis) as number
        return fc.tuple(fc.nat(size), fc.nat(size)).map(([a, b]) => [x, axis, Math.min(a, b), Math.max(a, b)])
      }),
    concat: fc
      .tuple(shapesFrom(1), any)
      .chain(([shape, numbers]) =>
        fc.tuple(fc.constant(shape), fc.constant(numbers), axisOf(shape), fc.array(fc.nat(3), { minLength: 1, maxLength: 3 })),
      )
      .chain(([shape, numbers, axis, lengths]) => {
        const at = axis < 0 ? axis + shape.length : axis
        const parts = lengths.map((length) =>
          tensorOf(
            shape.map((size, k) => (k === at ? length : size)),
            numbers,
          ),
        )
        return fc.tuple(fc.tuple(...parts), fc.constant(axis))
      }),
    takeRows: fc
      .tuple(rows, shapesFrom(0, 2), any)
      .chain(([count, rest, numbers]) => fc.tuple(tensorOf([count, ...rest], numbers), fc.array(fc.nat(count - 1), { maxLength: 5 }))),
    scatterRows: fc
      .tuple(rows, shapesFrom(0, 2), any)
      .chain(([count, rest, numbers]) =>
        fc
          .array(fc.nat(count - 1), { maxLength: 6 })
          .chain((indices) => fc.tuple(tensorOf([indices.length, ...rest], numbers), fc.constant(indices), fc.constant(count))),
      ),
    tensor: tensor(0).map((x) => [[...x.data], x.shape]),
    full: fc.tuple(shapesFrom(0), any).chain(([shape, numbers]) => fc.tuple(fc.constant(shape), numbers)),
    normal: fc.tuple(
      keys(),
      shapesFrom(0),
      fc.oneof(
        fc.constant(undefined),
        fc.nat(1000),
        fc.maxSafeNat().map((n) => Math.floor(n / 4)),
      ),
    ),
  }
}
