import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Backend } from './backend/backend.js'
import { cpu } from './cpu/cpu.js'
import type { CpuTensor } from './cpu/strided.js'
import type { Matrix, Scalar, Shape, Tensor, Vector } from './tensor.js'

/**
 * What does not compile. Under each `@ts-expect-error`, which fails the type check when its line compiles, the same call throws when it
 * runs; beside it stands good code, without casts.
 */

const B = cpu()
type N = CpuTensor

const refuses = (where: string, body: () => unknown): void =>
  expect(body).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where }))
const noAxis = (where: string, body: () => unknown): void =>
  expect(body).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where }))

const x = B.full([3, 2], 1)
const wide = B.full([3, 4], 1)
/** Sizes that only the run knows. */
const known: Matrix<N> = x

describe('operands', () => {
  test('broadcast or do not compile', () => {
    const four = B.full([4], 0)
    // @ts-expect-error [3, 2] and [4] do not broadcast
    refuses('add', () => B.add(x, four))
    // @ts-expect-error nor do [4] and [3, 2]
    refuses('sub', () => B.sub(four, x))
    // @ts-expect-error [3, 2] and [3] do not: shapes are aligned at the last axis
    refuses('mul', () => B.mul(x, B.full([3], 0)))
    // @ts-expect-error [2, 3] and [3, 2] do not
    refuses('div', () => B.div(B.transpose(x), x))
    // @ts-expect-error one known pair of sizes is enough
    refuses('maximum', () => B.maximum(B.full([Number('3'), 2], 0), wide))
    // @ts-expect-error the second tensor is of rank 3
    refuses('greater', () => B.greater(x, B.full([5, 4, 2], 0)))
    expectTypeOf(B.add(x, B.full([2], 0))).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.add(B.full([2], 0), x)).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.add(x, B.full([3, 1], 0))).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.add(B.full([5, 1, 2], 0), x)).toEqualTypeOf<Tensor<N, [5, 3, 2]>>()
    expectTypeOf(B.add(known, x)).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.add(x, known)).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.add(known, B.full([1, 2], 0))).toEqualTypeOf<Matrix<N, number, 2>>()
    expectTypeOf(B.add(x, B.full([], 0))).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.add(x as Tensor<N>, x)).toEqualTypeOf<Tensor<N>>()
  })

  test('a choice broadcasts or does not compile', () => {
    // @ts-expect-error the condition [3, 2] and the side [3, 4] do not broadcast
    refuses('where', () => B.where(x, wide, 0))
    // @ts-expect-error nor does the other side
    refuses('where', () => B.where(x, 0, wide))
    // @ts-expect-error the sides do not broadcast with each other
    refuses('where', () => B.where(B.full([1, 1], 1), x, wide))
    expectTypeOf(B.where(B.full([3, 1], 1), x, B.full([2], 0))).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.where(known, x, known)).toEqualTypeOf<Matrix<N, 3, 2>>()
  })
})

describe('axes', () => {
  test('a reduction over an axis that is not there does not compile', () => {
    // @ts-expect-error no axis 2 in [3, 2]
    noAxis('sum', () => B.sum(x, 2))
    // @ts-expect-error no axis −3
    noAxis('max', () => B.max(x, -3, true))
    // @ts-expect-error a scalar has none
    noAxis('min', () => B.min(B.full([], 0), 0))
    // @ts-expect-error no axis 2
    noAxis('logSumExp', () => B.logSumExp(x, 2))
    expectTypeOf(B.sum(x, -2)).toEqualTypeOf<Vector<N, 2>>()
    expectTypeOf(B.sum(x, -2, true)).toEqualTypeOf<Matrix<N, 1, 2>>()
    expectTypeOf(B.sum(known, 1)).toEqualTypeOf<Vector<N>>()
    expectTypeOf(B.sum(x as Tensor<N>, Number('1'))).toEqualTypeOf<Tensor<N>>()
    expectTypeOf(B.sum(x as Tensor<N>, 1)).toEqualTypeOf<Tensor<N>>()
  })

  test('a slice', () => {
    // @ts-expect-error no axis 2 in [3, 2]
    noAxis('slice', () => B.slice(x, 2, 0, 1))
    expectTypeOf(B.slice(x, 0, 1, 3)).toEqualTypeOf<Matrix<N, 2, 2>>()
    expectTypeOf(B.slice(x, -1, 0, 1)).toEqualTypeOf<Matrix<N, 3, 1>>()
    expectTypeOf(B.slice(x, 0, Number('1'), 3)).toEqualTypeOf<Matrix<N, number, 2>>()
    expectTypeOf(B.slice(x as Tensor<N>, 0, 0, 1)).toEqualTypeOf<Tensor<N>>()
    expect(B.shape(B.slice(x, 0, 1, 3))).toEqual([2, 2])
    expect(B.shape(B.slice(x, -1, 0, 1))).toEqual([3, 1])
  })
})

describe('joining', () => {
  test('tensors join or do not compile', () => {
    // @ts-expect-error [3, 2] and [3, 4] do not join along axis 0
    refuses('concat', () => B.concat([x, wide], 0))
    // @ts-expect-error written in place as well
    refuses('concat', () => B.concat([B.full([3, 2], 0), B.full([3, 4], 0)], 0))
    // @ts-expect-error [3, 2] and [5, 2] do not join along axis 1
    refuses('concat', () => B.concat([x, B.full([5, 2], 0)], 1))
    // @ts-expect-error the third does not fit
    refuses('concat', () => B.concat([x, B.full([Number('5'), 2], 0), wide], 0))
    // @ts-expect-error a matrix and a vector
    refuses('concat', () => B.concat([x, B.full([2], 0)], 0))
    // @ts-expect-error no axis 2
    noAxis('concat', () => B.concat([x, x], 2))
    const many = Array.from({ length: 3 }, () => x)
    // @ts-expect-error no axis 2 either where the tensors are an array
    noAxis('concat', () => B.concat(many, 2))
  })

  test('literal sizes add up', () => {
    const sides = B.concat([x, wide], 1)
    expectTypeOf(sides).toEqualTypeOf<Matrix<N, 3, 6>>()
    expect(B.shape(sides)).toEqual([3, 6])
    expectTypeOf(B.concat([x, wide], -1)).toEqualTypeOf<Matrix<N, 3, 6>>()
    const rows = B.concat([x, B.full([5, 2], 0), x], 0)
    expectTypeOf(rows).toEqualTypeOf<Matrix<N, 11, 2>>()
    expect(B.shape(rows)).toEqual([11, 2])
    expectTypeOf(B.concat([B.full([2], 0), B.full([3], 0)], 0)).toEqualTypeOf<Vector<N, 5>>()
    expectTypeOf(B.concat([B.full([2, 1, 3], 0), B.full([2, 7, 3], 0)], 1)).toEqualTypeOf<Tensor<N, [2, 8, 3]>>()
    expectTypeOf(B.concat([x], 0)).toEqualTypeOf<Matrix<N, 3, 2>>()
    // Sizes of more than two digits are not added.
    expectTypeOf(B.concat([B.full([99], 0), B.full([99], 0)], 0)).toEqualTypeOf<Vector<N, 198>>()
    expectTypeOf(B.concat([B.full([100], 0), B.full([1], 0)], 0)).toEqualTypeOf<Vector<N>>()
  })

  test('arrays of unknown length and sizes of the run need no casts', () => {
    const parts: Matrix<N>[] = [x, x]
    expectTypeOf(B.concat(parts, 0)).toEqualTypeOf<Matrix<N>>()
    const columns: readonly Matrix<N, number, 2>[] = [x, x]
    expectTypeOf(B.concat(columns, 0)).toEqualTypeOf<Matrix<N, number, 2>>()
    expectTypeOf(
      B.concat(
        Array.from({ length: 4 }, () => x),
        1,
      ),
    ).toEqualTypeOf<Matrix<N, 3>>()
    expectTypeOf(B.concat([known, x], 0)).toEqualTypeOf<Matrix<N, number, 2>>()
    expectTypeOf(B.concat([...parts, x], 0)).toExtend<Tensor<N>>()
    expectTypeOf(B.concat(parts as Tensor<N>[], Number('0'))).toEqualTypeOf<Tensor<N>>()
    expect(B.shape(B.concat(columns, 0))).toEqual([6, 2])
  })
})

describe('shapes', () => {
  test('a reshape keeps the number of elements or does not compile', () => {
    // @ts-expect-error 6 elements to 8
    refuses('reshape', () => B.reshape(x, [2, 4]))
    // @ts-expect-error 6 elements to 1
    refuses('reshape', () => B.reshape(x, []))
    expectTypeOf(B.reshape(x, [2, 3])).toEqualTypeOf<Matrix<N, 2, 3>>()
    expectTypeOf(B.reshape(x, [1, 6, 1])).toEqualTypeOf<Tensor<N, [1, 6, 1]>>()
    expectTypeOf(B.reshape(known, [2, 3])).toEqualTypeOf<Matrix<N, 2, 3>>()
    expectTypeOf(B.reshape(B.full([64, 64], 0), [4096])).toEqualTypeOf<Vector<N, 4096>>()
    expectTypeOf(B.reshape(x, B.shape(known))).toEqualTypeOf<Matrix<N>>()
  })

  test('a shape stretches to another or does not compile', () => {
    // @ts-expect-error [3, 2] does not stretch to [3, 4]
    refuses('broadcastTo', () => B.broadcastTo(x, [3, 4]))
    // @ts-expect-error it broadcasts with [1, 2], and does not stretch to it
    refuses('broadcastTo', () => B.broadcastTo(x, [1, 2]))
    // @ts-expect-error no axis is dropped
    refuses('broadcastTo', () => B.broadcastTo(x, [2]))
    expectTypeOf(B.broadcastTo(B.full([3, 1], 0), [5, 3, 2])).toEqualTypeOf<Tensor<N, [5, 3, 2]>>()
    expectTypeOf(B.broadcastTo(known, [3, 2])).toEqualTypeOf<Matrix<N, 3, 2>>()
  })

  test('rows', () => {
    // @ts-expect-error a scalar has no rows
    refuses('takeRows', () => B.takeRows(B.full([], 0), [0]))
    // @ts-expect-error a scalar has no rows
    refuses('scatterRows', () => B.scatterRows(B.full([], 0), [0], 3))
    expectTypeOf(B.takeRows(x, [0, 0])).toEqualTypeOf<Matrix<N, number, 2>>()
    expectTypeOf(B.takeRows(B.full([4], 0), [0])).toEqualTypeOf<Vector<N>>()
    expectTypeOf(B.scatterRows(x, [0, 1, 0], 7)).toEqualTypeOf<Matrix<N, 7, 2>>()
    expect(B.shape(B.scatterRows(x, [0, 1, 0], 7))).toEqual([7, 2])
  })
})

describe('kernels', () => {
  const level = { alpha: 1, sigma: 1 }
  const narrow = B.full([5, 3], 0)
  const points = B.full([5, 2], 0)

  test('distances and expectations', () => {
    // @ts-expect-error points of 2 and of 3 columns
    refuses('squaredDistances', () => B.squaredDistances(x, narrow))
    // @ts-expect-error 2 logits a row, 5 values
    refuses('softmaxExpectation', () => B.softmaxExpectation(x, points))
    expectTypeOf(B.squaredDistances(x, points)).toEqualTypeOf<Matrix<N, 3, 5>>()
    expectTypeOf(B.softmaxExpectation(B.full([3, 5], 0), points)).toEqualTypeOf<Matrix<N, 3, 2>>()
  })

  test('posteriors', () => {
    const logWeights = B.full([4], 0)
    // @ts-expect-error queries of 2 columns, points of 3
    refuses('posteriorMean', () => B.posteriorMean(x, { points: narrow }, level))
    // @ts-expect-error 5 points, 4 weights
    refuses('posteriorMean', () => B.posteriorMean(x, { points, logWeights }, level))
    // @ts-expect-error queries of 2 columns, points of 3
    refuses('posteriorMoments', () => B.posteriorMoments(x, { points: narrow }, level))
    // @ts-expect-error 5 points, 4 weights
    refuses('posteriorMoments', () => B.posteriorMoments(x, { points, logWeights }, level))
    expectTypeOf(B.posteriorMean(x, { points, logWeights: B.full([5], 0) }, level)).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.posteriorMean(known, { points: known }, level)).toEqualTypeOf<Matrix<N>>()
  })

  test('layers', () => {
    const weight = B.full([2, 5], 0)
    const bias = B.full([5], 0)
    // @ts-expect-error 4 columns of input, 2 rows of weight
    refuses('affine', () => B.affine(wide, weight, bias, 'tanh'))
    // @ts-expect-error 5 outputs, 4 offsets
    refuses('affine', () => B.affine(x, weight, B.full([4], 0), 'tanh'))
    expectTypeOf(B.affine(x, weight, bias, 'tanh')).toEqualTypeOf<Matrix<N, 3, 5>>()
    const square: Matrix<N> = B.full([2, 2], 0)
    const offset: Vector<N> = B.full([2], 0)
    expectTypeOf(B.affine(known, square, offset, 'tanh')).toEqualTypeOf<Matrix<N>>()
    expectTypeOf(B.affine(x, square, B.full([2], 0), 'tanh')).toEqualTypeOf<Matrix<N, 3>>()
  })

  test('Adam', () => {
    const settings = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 }
    const state = { parameter: x, first: x, second: x }
    // @ts-expect-error the gradient is not of the shape of the parameter
    refuses('adamUpdate', () => B.adamUpdate(state, B.full([2, 3], 0), settings))
    // @ts-expect-error nor is the running mean
    refuses('adamUpdate', () => B.adamUpdate({ parameter: x, first: wide, second: x }, x, settings))
    expectTypeOf(B.adamUpdate(state, x, settings).parameter).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(B.adamUpdate({ parameter: known, first: known, second: known }, known, settings).parameter).toEqualTypeOf<Matrix<N>>()
  })
})

describe('generic code needs no casts', () => {
  test('in the shape', () => {
    const blend = <T, S extends Shape>(C: Backend<T>, a: Tensor<T, S>, b: Tensor<T, S>): Tensor<T, S> =>
      C.where(C.greater(a, b), C.add(C.mul(a, b), 1), C.maximum(a, C.sub(1, b)))
    const outer = <T, P extends Shape, Q extends Shape>(C: Backend<T>, a: Tensor<T, P>, b: Tensor<T, Q>): Tensor<T> =>
      C.where(a, b, C.mul(a, C.add(b, C.full([], 2))))
    const total = <T, S extends Shape>(C: Backend<T>, a: Tensor<T, S>): Scalar<T> => C.sum(C.add(C.sum(a, 0, true), a))
    const rows = <T, S extends Shape>(C: Backend<T>, a: Tensor<T, S>, b: Tensor<T, S>): Tensor<T> => C.takeRows(C.concat([a, b], 0), [0])
    const flat = <T, S extends Shape>(C: Backend<T>, a: Tensor<T, S>): Vector<T> => C.reshape(a, [C.shape(a).length])
    expectTypeOf(blend(B, x, x)).toEqualTypeOf<Matrix<N, 3, 2>>()
    expect(B.shape(outer(B, x, B.full([2], 0)))).toEqual([3, 2])
    expect(B.shape(total(B, x))).toEqual([])
    expect(B.shape(rows(B, x, x))).toEqual([1, 2])
    expect(B.shape(flat(B, B.full([1], 0)))).toEqual([1])
  })

  test('in the sizes', () => {
    const centred = <T, M extends number, D extends number>(C: Backend<T>, a: Matrix<T, M, D>): Tensor<T> =>
      C.sub(a, C.add(C.max(a, 1, true), C.sum(a, 0)))
    const gram = <T, M extends number, D extends number>(C: Backend<T>, a: Matrix<T, M, D>): Matrix<T, M, M> => C.matMul(a, C.transpose(a))
    const layer = <T, M extends number, I extends number, O extends number>(
      C: Backend<T>,
      a: Matrix<T, M, I>,
      weight: Matrix<T, I, O>,
      bias: Vector<T, O>,
    ): Matrix<T, M, O> => C.affine(a, weight, bias, 'tanh')
    const pull = <T, M extends number, D extends number, K extends number>(
      C: Backend<T>,
      a: Matrix<T, M, D>,
      b: Matrix<T, K, D>,
    ): Matrix<T, M, D> => C.softmaxExpectation(C.neg(C.squaredDistances(a, b)), C.posteriorMean(b, { points: a }, { alpha: 1, sigma: 1 }))
    const stack = <T, D extends number>(C: Backend<T>, parts: readonly Matrix<T, number, D>[]): Matrix<T, number, D> =>
      C.slice(C.concat(parts, 0), 0, 0, parts.length)
    const beside = <T, M extends number>(C: Backend<T>, a: Matrix<T, M, 2>, b: Matrix<T, M, 3>): Matrix<T, M, 5> => C.concat([a, b], 1)
    expectTypeOf(gram(B, x)).toEqualTypeOf<Matrix<N, 3, 3>>()
    expectTypeOf(layer(B, x, B.full([2, 4], 0), B.full([4], 0))).toEqualTypeOf<Matrix<N, 3, 4>>()
    expectTypeOf(stack(B, [x, x])).toEqualTypeOf<Matrix<N, number, 2>>()
    expect(B.shape(centred(B, x))).toEqual([3, 2])
    expect(B.shape(pull(B, x, B.full([5, 2], 0)))).toEqual([3, 2])
    expect(B.shape(beside(B, x, B.full([3, 3], 0)))).toEqual([3, 5])
  })
})
