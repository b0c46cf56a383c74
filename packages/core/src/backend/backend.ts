import type { Key } from '../random/key.js'
import { normalArray } from '../random/normal.js'
import type { Broadcast, Matrix, Reduced, Reversed, SameSize, Scalar, Shape, Tensor, Vector } from '../tensor.js'
import { deriveKernels } from './derive-kernels.js'
import type { Activation, AdamState, AdamStep, Kernels, NoiseLevel } from './kernels.js'
import type { Primitives } from './primitives.js'
import { sizeOf } from './shape.js'

/** An elementwise operation of one operand: the shape stays. */
export type Unary<N> = <S extends Shape>(x: Tensor<N, S>) => Tensor<N, S>

/** An elementwise operation of two operands: shapes broadcast; a number is a scalar. */
export interface Binary<N> {
  <S extends Shape>(a: Tensor<N, S>, b: number): Tensor<N, S>
  <S extends Shape>(a: number, b: Tensor<N, S>): Tensor<N, S>
  <A extends Shape, B extends Shape>(a: Tensor<N, A>, b: Tensor<N, B>): Tensor<N, Broadcast<A, B>>
}

/** A choice: the condition and both sides broadcast. */
export interface Where<N> {
  <S extends Shape>(condition: Tensor<N, S>, a: number, b: number): Tensor<N, S>
  <S extends Shape, A extends Shape>(condition: Tensor<N, S>, a: Tensor<N, A>, b: number): Tensor<N, Broadcast<S, A>>
  <S extends Shape, B extends Shape>(condition: Tensor<N, S>, a: number, b: Tensor<N, B>): Tensor<N, Broadcast<S, B>>
  <S extends Shape, A extends Shape, B extends Shape>(
    condition: Tensor<N, S>,
    a: Tensor<N, A>,
    b: Tensor<N, B>,
  ): Tensor<N, Broadcast<S, Broadcast<A, B>>>
}

/** A reduction over one axis, or over all when none is given. */
export interface Reduction<N> {
  (x: Tensor<N>): Scalar<N>
  <S extends Shape, I extends number>(x: Tensor<N, S>, axis: I): Tensor<N, Reduced<S, I, false>>
  <S extends Shape, I extends number, Keep extends boolean>(x: Tensor<N, S>, axis: I, keepDims: Keep): Tensor<N, Reduced<S, I, Keep>>
}

/** A cloud as the typed face sees it. */
export interface CloudOf<N, D extends number = number> {
  readonly points: Matrix<N, number, D>
  readonly logWeights?: Vector<N>
}

export interface PosteriorOf<N, M extends number = number, D extends number = number> {
  readonly mean: Matrix<N, M, D>
  readonly logDensity: Vector<N, M>
  readonly covarianceTrace: Vector<N, M>
  readonly effectiveSampleSize: Vector<N, M>
}

/**
 * A backend: a dictionary of tensor operations over a native tensor type N, passed as an argument to every numerical function.
 * `Primitives` and `Kernels` say what each operation does; this is their typed face, and the same object when the program runs.
 */
export interface Backend<N> {
  readonly name: string
  readonly dtype: 'float64' | 'float32'

  readonly tensor: <const S extends Shape>(data: ArrayLike<number>, shape: readonly [...S]) => Tensor<N, S>
  readonly full: <const S extends Shape>(shape: readonly [...S], value: number) => Tensor<N, S>
  readonly shape: <S extends Shape>(x: Tensor<N, S>) => S
  readonly read: (x: Tensor<N>) => Promise<Float64Array>
  readonly isTensor: (value: unknown) => value is Tensor<N>

  readonly scope: <T>(body: () => T) => T
  readonly free: (x: Tensor<N>) => void
  readonly liveTensors: () => number

  readonly neg: Unary<N>
  readonly abs: Unary<N>
  readonly exp: Unary<N>
  readonly log: Unary<N>
  readonly sqrt: Unary<N>
  readonly square: Unary<N>
  readonly sin: Unary<N>
  readonly cos: Unary<N>
  readonly tanh: Unary<N>
  readonly sigmoid: Unary<N>
  readonly erf: Unary<N>

  readonly add: Binary<N>
  readonly sub: Binary<N>
  readonly mul: Binary<N>
  readonly div: Binary<N>
  readonly maximum: Binary<N>
  readonly minimum: Binary<N>
  readonly greater: Binary<N>
  readonly equal: Binary<N>
  readonly where: Where<N>

  readonly sum: Reduction<N>
  readonly max: Reduction<N>
  readonly min: Reduction<N>

  readonly matMul: <M extends number, K extends number, K2 extends number, P extends number>(
    a: Matrix<N, M, K>,
    b: Matrix<N, K2, P> & SameSize<K, K2>,
  ) => Matrix<N, M, P>

  readonly reshape: <const S extends Shape>(x: Tensor<N>, shape: readonly [...S]) => Tensor<N, S>
  readonly transpose: <S extends Shape>(x: Tensor<N, S>) => Tensor<N, Reversed<S>>
  readonly broadcastTo: <const S extends Shape>(x: Tensor<N>, shape: readonly [...S]) => Tensor<N, S>
  readonly slice: {
    <M extends number>(x: Matrix<N, M>, axis: 1, from: number, to: number): Matrix<N, M>
    <D extends number>(x: Matrix<N, number, D>, axis: 0, from: number, to: number): Matrix<N, number, D>
    (x: Tensor<N>, axis: number, from: number, to: number): Tensor<N>
  }
  readonly concat: {
    <D extends number>(xs: readonly Matrix<N, number, D>[], axis: 0): Matrix<N, number, D>
    <M extends number>(xs: readonly Matrix<N, M>[], axis: 1): Matrix<N, M>
    (xs: readonly Tensor<N>[], axis: number): Tensor<N>
  }
  readonly takeRows: {
    <D extends number>(x: Matrix<N, number, D>, indices: ArrayLike<number>): Matrix<N, number, D>
    (x: Tensor<N>, indices: ArrayLike<number>): Tensor<N>
  }
  readonly scatterRows: {
    <D extends number>(x: Matrix<N, number, D>, indices: ArrayLike<number>, rows: number): Matrix<N, number, D>
    (x: Tensor<N>, indices: ArrayLike<number>, rows: number): Tensor<N>
  }

  readonly normal: <const S extends Shape>(key: Key, shape: readonly [...S], first?: number) => Tensor<N, S>

  readonly squaredDistances: <M extends number, K extends number>(x: Matrix<N, M>, y: Matrix<N, K>) => Matrix<N, M, K>
  readonly logSumExp: <S extends Shape, I extends number, Keep extends boolean = false>(
    x: Tensor<N, S>,
    axis: I,
    keepDims?: Keep,
  ) => Tensor<N, Reduced<S, I, Keep>>
  readonly softmaxExpectation: <M extends number, D extends number>(logits: Matrix<N, M>, values: Matrix<N, number, D>) => Matrix<N, M, D>
  readonly posteriorMean: <M extends number, D extends number>(
    x: Matrix<N, M, D>,
    cloud: CloudOf<N, D>,
    level: NoiseLevel,
  ) => Matrix<N, M, D>
  readonly posteriorMoments: <M extends number, D extends number>(
    x: Matrix<N, M, D>,
    cloud: CloudOf<N, D>,
    level: NoiseLevel,
  ) => PosteriorOf<N, M, D>
  readonly activate: <S extends Shape>(x: Tensor<N, S>, activation: Activation) => Tensor<N, S>
  readonly affine: <M extends number, O extends number>(
    x: Matrix<N, M>,
    weight: Matrix<N, number, O>,
    bias: Vector<N, O>,
    activation: Activation,
  ) => Matrix<N, M, O>
  readonly adamUpdate: (state: AdamState<Tensor<N>>, gradient: Tensor<N>, settings: AdamStep) => AdamState<Tensor<N>>
}

/** The native tensor type of a backend. */
export type NativeOf<B> = B extends Backend<infer N> ? N : never

/**
 * Completes primitive operations to a backend: derives the fused kernels and puts the overrides, if any, in their place.
 * A new backend is `makeBackend(primitives)`; it works at once and gets faster by overriding.
 */
export const makeBackend = <N>(primitives: Primitives<N>, overrides: Partial<Kernels<N>> = {}): Backend<N> => {
  const normal: NonNullable<Primitives<N>['normal']> = (key, shape, first = 0) =>
    primitives.tensor(normalArray(key, sizeOf(shape), first), shape)
  // The one cast of the typed face: shapes are phantom, so nothing changes but what the compiler knows.
  return { normal, ...deriveKernels(primitives), ...primitives, ...overrides } as unknown as Backend<N>
}

/** The untyped view of a backend, for code that builds one backend out of another. */
export const untyped = <N>(B: Backend<N>): Required<Primitives<N>> & Kernels<N> => B as unknown as Required<Primitives<N>> & Kernels<N>
