import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Backend } from './backend/backend.js'
import { cpu } from './cpu/cpu.js'
import type { CpuTensor } from './cpu/strided.js'
import type { Broadcast, Matrix, Reduced, Reversed, Scalar, Shape, Tensor, Vector } from './tensor.js'

/** What the compiler knows of shapes. `@ts-expect-error` fails the type check when the line under it compiles. */

const B = cpu()
type N = CpuTensor

describe('shapes as types', () => {
  test('literal sizes come from the constructors', () => {
    expectTypeOf(B.tensor([1, 2, 3, 4, 5, 6], [3, 2])).toEqualTypeOf<Tensor<N, [3, 2]>>()
    expectTypeOf(B.full([4], 0)).toEqualTypeOf<Tensor<N, [4]>>()
    expectTypeOf(B.full([], 0)).toEqualTypeOf<Scalar<N>>()
    const rows = Number('3')
    expectTypeOf(B.full([rows, 2], 0)).toEqualTypeOf<Matrix<N, number, 2>>()
  })

  test('a wrong product does not compile, and does not run either', () => {
    const a = B.full([3, 2], 1)
    const b = B.full([4, 5], 1)
    // @ts-expect-error inner sizes 2 and 4 differ
    expect(() => B.matMul(a, b)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'matMul' }))
    // @ts-expect-error a vector is no matrix
    expect(() => B.matMul(a, B.full([2], 1))).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
    // @ts-expect-error written in place as well
    expect(() => B.matMul(B.full([3, 2], 1), B.full([4, 5], 1))).toThrow()
    expectTypeOf(B.matMul(a, B.full([2, 7], 1))).toEqualTypeOf<Matrix<N, 3, 7>>()
    expectTypeOf(B.matMul(B.transpose(a), a)).toEqualTypeOf<Matrix<N, 2, 2>>()
  })

  test('sizes known at run time alone need no casts', () => {
    const layer = <T>(C: Backend<T>, x: Matrix<T>, weight: Matrix<T>, bias: Vector<T>): Matrix<T> =>
      C.tanh(C.add(C.matMul(x, weight), bias))
    const centred = <T>(C: Backend<T>, x: Matrix<T>): Matrix<T> => C.sub(x, C.div(C.sum(x, 0, true), C.shape(x)[0]))
    const norms = <T>(C: Backend<T>, x: Matrix<T>): Vector<T> => C.sqrt(C.sum(C.square(x), 1))
    const x = B.full([3, 2], 1)
    expect(B.shape(layer(B, x, B.full([2, 5], 1), B.full([5], 0)))).toEqual([3, 5])
    expect(B.shape(centred(B, x))).toEqual([3, 2])
    expect(B.shape(norms(B, x))).toEqual([3])
    const mixed: Matrix<N> = B.matMul(x, B.full([Number('2'), 4], 1))
    expect(B.shape(mixed)).toEqual([3, 4])
  })

  test("another backend's tensor does not fit", () => {
    interface Foreign {
      readonly handle: number
    }
    const use = (C: Backend<Foreign>, x: Matrix<N>): unknown => {
      // @ts-expect-error a cpu tensor is not a Foreign one
      return C.neg(x)
    }
    expect(use).toBeTypeOf('function')
  })

  test('broadcasting', () => {
    expectTypeOf<Broadcast<[3, 2], [2]>>().toEqualTypeOf<[3, 2]>()
    expectTypeOf<Broadcast<[3, 1], [1, 4]>>().toEqualTypeOf<[3, 4]>()
    expectTypeOf<Broadcast<[], [5]>>().toEqualTypeOf<[5]>()
    expectTypeOf<Broadcast<[2, 1, 4], [3, 1]>>().toEqualTypeOf<[2, 3, 4]>()
    expectTypeOf<Broadcast<[number, 2], [2]>>().toEqualTypeOf<[number, 2]>()
    expectTypeOf<Broadcast<[number, 1], [1, 4]>>().toEqualTypeOf<[number, 4]>()
    expectTypeOf<Broadcast<[3, 2], [4]>>().toEqualTypeOf<[3, never]>()
    expectTypeOf<Broadcast<Shape, [4]>>().toEqualTypeOf<Shape>()
    expectTypeOf(B.add(B.full([3, 1], 0), B.full([2], 0))).toEqualTypeOf<Tensor<N, [3, 2]>>()
    expectTypeOf(B.mul(2, B.full([3, 1], 0))).toEqualTypeOf<Tensor<N, [3, 1]>>()
    expectTypeOf(B.sub(B.full([3, 1], 0), 2)).toEqualTypeOf<Tensor<N, [3, 1]>>()
    expectTypeOf(B.where(B.full([3, 1], 0), B.full([2], 0), 1)).toEqualTypeOf<Tensor<N, [3, 2]>>()
    expectTypeOf(B.where(B.full([3, 1], 0), 0, 1)).toEqualTypeOf<Tensor<N, [3, 1]>>()
  })

  test('reductions and transposition', () => {
    const x = B.full([3, 2], 1)
    expectTypeOf(B.sum(x)).toEqualTypeOf<Scalar<N>>()
    expectTypeOf(B.sum(x, 0)).toEqualTypeOf<Tensor<N, [2]>>()
    expectTypeOf(B.max(x, 1)).toEqualTypeOf<Tensor<N, [3]>>()
    expectTypeOf(B.min(x, 1, true)).toEqualTypeOf<Tensor<N, [3, 1]>>()
    expectTypeOf(B.sum(x, -1)).toEqualTypeOf<Tensor<N, [3]>>()
    expectTypeOf(B.sum(x, Number('0'))).toEqualTypeOf<Tensor<N, Shape>>()
    expectTypeOf(B.logSumExp(x, 1)).toEqualTypeOf<Tensor<N, [3]>>()
    expectTypeOf(B.transpose(x)).toEqualTypeOf<Tensor<N, [2, 3]>>()
    expectTypeOf<Reversed<[2, 3, 4]>>().toEqualTypeOf<[4, 3, 2]>()
    expectTypeOf<Reduced<[2, 3, 4], 1, false>>().toEqualTypeOf<[2, 4]>()
    expectTypeOf<Reduced<[2, 3, 4], 1, true>>().toEqualTypeOf<[2, 1, 4]>()
    expectTypeOf<Reduced<[2, 3, 4], -3, false>>().toEqualTypeOf<[3, 4]>()
    expectTypeOf<Reduced<[2, 3], 2, false>>().toEqualTypeOf<never>()
  })

  test('indexing and kernels keep what they know', () => {
    const x = B.full([3, 2], 1)
    expectTypeOf(B.slice(x, 0, 0, 2)).toEqualTypeOf<Matrix<N, 2, 2>>()
    expectTypeOf(B.slice(x, 1, 0, 1)).toEqualTypeOf<Matrix<N, 3, 1>>()
    expectTypeOf(B.takeRows(x, [0, 0])).toEqualTypeOf<Matrix<N, number, 2>>()
    expectTypeOf(B.concat([x, x], 0)).toEqualTypeOf<Matrix<N, 6, 2>>()
    expectTypeOf(B.squaredDistances(x, B.full([5, 2], 0))).toEqualTypeOf<Matrix<N, 3, 5>>()
    expectTypeOf(B.reshape(x, [6])).toEqualTypeOf<Vector<N, 6>>()
    const posterior = B.posteriorMoments(x, { points: B.full([5, 2], 0) }, { alpha: 1, sigma: 1 })
    expectTypeOf(posterior.mean).toEqualTypeOf<Matrix<N, 3, 2>>()
    expectTypeOf(posterior.logDensity).toEqualTypeOf<Vector<N, 3>>()
  })
})
