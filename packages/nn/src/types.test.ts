import { type Backend, key, type Matrix, type Scalar, type Tensor, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  adam,
  autodiff,
  type Linear,
  type Loss,
  linear,
  meanSquaredError,
  mlp,
  type Parameters,
  type Traced,
  train,
  type ValueAndGradient,
} from './index.js'

/** What the compiler knows of derivatives, layers and training. A call that does not compile is run as well where it throws. */

type N = CpuTensor

const B = cpu()
const D = autodiff(B)
const x = B.full([3, 2], 1)

describe('derivatives as types', () => {
  test('a gradient has the type of the parameters', () => {
    const sumOfSquares = D.valueAndGradient((p: Matrix<Traced<N>, 3, 2>) => D.sum(D.square(p)))
    expectTypeOf(sumOfSquares(x)).toEqualTypeOf<ValueAndGradient<N, Matrix<N, 3, 2>>>()
    expect(() => {
      // @ts-expect-error the function is of a [3, 2], not of a vector; what it computes has a gradient all the same
      sumOfSquares(B.full([4], 1))
    }).not.toThrow()
    const tree = D.gradient(({ weight, bias }: { weight: Matrix<Traced<N>, 3, 2>; bias: Vector<Traced<N>, 2> }) =>
      D.sum(D.add(weight, bias)),
    )
    expectTypeOf(tree({ weight: x, bias: B.full([2], 0) })).toEqualTypeOf<{ weight: Matrix<N, 3, 2>; bias: Vector<N, 2> }>()
  })

  test('code over any backend needs no casts', () => {
    const descend = <T>(C: Backend<T>, parameters: Parameters<T>, input: Matrix<T>): Parameters<T> => {
      const E = autodiff(C)
      const energy = E.gradient((p: Parameters<Traced<T>>) => E.sum(mlp([2, 1]).apply(E)(p, E.lift(input))))
      return energy(parameters)
    }
    const slope = <T>(C: Backend<T>, at: Matrix<T>): Matrix<T> => {
      const E = autodiff(C)
      return E.gradient((p: Matrix<Traced<T>>) => E.sum(E.square(p)))(at)
    }
    expect(descend(B, mlp([2, 1]).initialise(B, key(1)), x)).toHaveLength(1)
    expect(B.shape(slope(B, x))).toEqual([3, 2])
  })

  test('a gradient of something else than a scalar does not compile', () => {
    // @ts-expect-error the function gives a matrix
    expect(() => D.gradient((p: Matrix<Traced<N>, 3, 2>) => D.square(p))(x)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
    // @ts-expect-error the function gives a number
    expect(() => D.gradient((_: Matrix<Traced<N>, 3, 2>) => 1)(x)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })

  test('tensors of the backend below have to be lifted', () => {
    // @ts-expect-error x is a tensor of the backend below
    expect(() => D.square(x)).toThrow()
    // @ts-expect-error a traced tensor is none of the backend below
    expect(() => B.square(D.lift(x))).toThrow()
    expectTypeOf(D.lift(x)).toEqualTypeOf<Matrix<Traced<N>, 3, 2>>()
    expectTypeOf(D.primal(D.lift(x))).toEqualTypeOf<Matrix<N, 3, 2>>()
    // @ts-expect-error shapes are checked on traced tensors too: [3, 2] and [4] do not broadcast
    expect(() => D.add(D.lift(x), D.full([4], 0))).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
  })
})

describe('layers and training as types', () => {
  test('an activation that does not exist does not compile', () => {
    // @ts-expect-error no activation is called 'tahn'
    expect(() => linear(2, 3, 'tahn')).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    // @ts-expect-error nor 'sigmoid'
    expect(() => mlp([2, 3], { activation: 'sigmoid' })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    expectTypeOf(linear(2, 3, 'gelu')).toEqualTypeOf<Linear>()
  })

  test('a layer takes its own parameters and a matrix', () => {
    const layer = linear(2, 3)
    const parameters = layer.initialise(B, key(1))
    // @ts-expect-error the bias is missing
    expect(() => layer.apply(B)({ weight: parameters.weight }, x)).toThrow()
    // @ts-expect-error a vector is no batch of rows
    expect(() => layer.apply(B)(parameters, B.full([2], 0))).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
    // @ts-expect-error the parameters of a network are a list of layers
    expect(() => mlp([2, 3]).apply(B)(parameters, x)).toThrow()
    expectTypeOf(layer.apply(B)(parameters, x)).toEqualTypeOf<Matrix<N>>()
  })

  test('a loss gives a scalar', () => {
    expectTypeOf(meanSquaredError).toEqualTypeOf<Loss>()
    expectTypeOf(meanSquaredError(B)(x, x)).toEqualTypeOf<Scalar<N>>()
    // @ts-expect-error an error per row is no loss
    const perRow: Loss = (C) => (p, y) => C.sum(C.square(C.sub(p, y)), 1)
    expectTypeOf(perRow(B)).returns.toExtend<Tensor<N>>()
    expect(B.shape(perRow(B)(x, x))).toEqual([3])
  })

  test('training needs an optimiser and a key', async () => {
    const data = { network: mlp([2, 2]), inputs: x, targets: x, steps: 1 }
    // @ts-expect-error an optimiser, not its name
    await expect(train(B, { ...data, optimiser: 'adam', key: key(1) })).rejects.toThrow()
    // @ts-expect-error the key is missing
    await expect(train(B, { ...data, optimiser: adam({ rate: 0.1 }) })).rejects.toThrow()
  })
})
