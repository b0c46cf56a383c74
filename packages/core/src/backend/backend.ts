import type { Key } from '../random/key.js'
import { normalArray } from '../random/normal.js'
import { requireWholeNumber } from '../random/whole-number.js'
import type { Broadcastable, HasAxis, Identical, Joinable, SameCount, SameSize, Stretchable } from '../shape-checks.js'
import type { Difference } from '../size-arithmetic.js'
import type { Broadcast, Joined, Matrix, Reduced, Resized, Reversed, Scalar, Shape, Tensor, Vector } from '../tensor.js'
import type { CloudTree, CloudTreePosterior } from './cloud-tree.js'
import { deriveKernels } from './derive-kernels.js'
import type { Activation, AdamState, AdamStep, NoiseLevel } from './operands.js'
import type { Kernels, Operations, Primitives } from './operations.js'
import { requireShape, sizeOf } from './shape.js'

/** An elementwise operation of one operand: the shape stays. */
export type Unary<N> = <S extends Shape>(x: Tensor<N, S>) => Tensor<N, S>

/** An elementwise operation of two operands: shapes broadcast; a number is a scalar. */
export interface Binary<N> {
  <S extends Shape>(a: Tensor<N, S>, b: number): Tensor<N, S>
  <S extends Shape>(a: number, b: Tensor<N, S>): Tensor<N, S>
  <S extends Shape, B extends S>(a: Tensor<N, S>, b: Tensor<N, B> & Identical<S, B>): Tensor<N, S>
  <A extends Shape, B extends Shape>(a: Tensor<N, A>, b: Tensor<N, B> & Broadcastable<A, B>): Tensor<N, Broadcast<A, B>>
}

/** A choice: the condition and both sides broadcast; a number is a scalar. */
export interface Where<N> {
  <S extends Shape, A extends S = S, B extends S = S>(
    condition: Tensor<N, S>,
    a: (Tensor<N, A> & Identical<S, A>) | number,
    b: (Tensor<N, B> & Identical<S, B>) | number,
  ): Tensor<N, S>
  <S extends Shape, A extends Shape = [], B extends Shape = []>(
    condition: Tensor<N, S>,
    a: (Tensor<N, A> & Broadcastable<S, A>) | number,
    b: (Tensor<N, B> & Broadcastable<S, B> & Broadcastable<A, B>) | number,
  ): Tensor<N, Broadcast<S, Broadcast<A, B>>>
}

/** A reduction over one axis, or over all when none is given. */
export interface Reduction<N> {
  (x: Tensor<N>): Scalar<N>
  <S extends Shape, I extends number, Keep extends boolean = false>(
    x: Tensor<N, S>,
    axis: I & HasAxis<S, I>,
    keepDims?: Keep,
  ): Tensor<N, Reduced<S, I, Keep>>
}

/** A cloud as the typed face sees it. */
export interface CloudOf<N, D extends number = number, K extends number = number, Weights extends number = K> {
  readonly points: Matrix<N, K, D>
  readonly logWeights?: Vector<N, Weights>
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
  /** Whether every element is finite, at once; only backends whose numbers lie in host memory have it. */
  readonly allFinite?: (x: Tensor<N>) => boolean
  /** The numbers at once; only backends whose numbers lie in host memory have it. */
  readonly readNow?: (x: Tensor<N>) => Float64Array
  /** Whether posteriors over a cloud make no tensor of queries × points. */
  readonly cloudsInOnePass?: boolean
  /** Evaluates a cloud that is ordered as a tree; only backends with such a kernel have it. */
  readonly cloudTree?: (tree: CloudTree) => CloudTreePosterior<N>

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

  readonly reshape: <A extends Shape, const S extends Shape>(x: Tensor<N, A> & SameCount<A, S>, shape: readonly [...S]) => Tensor<N, S>
  readonly transpose: <S extends Shape>(x: Tensor<N, S>) => Tensor<N, Reversed<S>>
  readonly broadcastTo: <A extends Shape, const S extends Shape>(
    x: Tensor<N, A> & Stretchable<A, S>,
    shape: readonly [...S],
  ) => Tensor<N, S>
  readonly slice: <S extends Shape, I extends number, From extends number, To extends number>(
    x: Tensor<N, S>,
    axis: I & HasAxis<S, I>,
    from: From,
    to: To,
  ) => Tensor<N, Resized<S, I, Difference<To, From>>>
  readonly concat: <Shapes extends readonly Shape[], I extends number>(
    xs: readonly [...{ [K in keyof Shapes]: Tensor<N, Shapes[K]> }],
    axis: I & Joinable<Shapes, I>,
  ) => Tensor<N, Joined<Shapes, I>>
  readonly takeRows: <S extends Shape>(x: Tensor<N, S> & HasAxis<S, 0>, indices: ArrayLike<number>) => Tensor<N, Resized<S, 0, number>>
  readonly scatterRows: <S extends Shape, Rows extends number>(
    x: Tensor<N, S> & HasAxis<S, 0>,
    indices: ArrayLike<number>,
    rows: Rows,
  ) => Tensor<N, Resized<S, 0, Rows>>

  readonly normal: <const S extends Shape>(key: Key, shape: readonly [...S], first?: number) => Tensor<N, S>

  readonly squaredDistances: <M extends number, K extends number, D extends number, D2 extends number>(
    x: Matrix<N, M, D>,
    y: Matrix<N, K, D2> & SameSize<D, D2>,
  ) => Matrix<N, M, K>
  readonly logSumExp: <S extends Shape, I extends number, Keep extends boolean = false>(
    x: Tensor<N, S>,
    axis: I & HasAxis<S, I>,
    keepDims?: Keep,
  ) => Tensor<N, Reduced<S, I, Keep>>
  readonly softmaxExpectation: <M extends number, K extends number, K2 extends number, D extends number>(
    logits: Matrix<N, M, K>,
    values: Matrix<N, K2, D> & SameSize<K, K2>,
  ) => Matrix<N, M, D>
  readonly posteriorMean: <M extends number, D extends number, D2 extends number, K extends number, Weights extends number>(
    x: Matrix<N, M, D>,
    cloud: CloudOf<N, D2, K, Weights> & SameSize<D, D2> & SameSize<K, Weights>,
    level: NoiseLevel,
  ) => Matrix<N, M, D>
  readonly posteriorMoments: <M extends number, D extends number, D2 extends number, K extends number, Weights extends number>(
    x: Matrix<N, M, D>,
    cloud: CloudOf<N, D2, K, Weights> & SameSize<D, D2> & SameSize<K, Weights>,
    level: NoiseLevel,
  ) => PosteriorOf<N, M, D>
  readonly activate: <S extends Shape>(x: Tensor<N, S>, activation: Activation) => Tensor<N, S>
  readonly activationGradient: <S extends Shape>(adjoint: Tensor<N, S>, kept: Tensor<N, S>, activation: Activation) => Tensor<N, S>
  readonly affine: <M extends number, I extends number, I2 extends number, O extends number, O2 extends number>(
    x: Matrix<N, M, I>,
    weight: Matrix<N, I2, O> & SameSize<I, I2>,
    bias: Vector<N, O2> & SameSize<O, O2>,
    activation: Activation,
  ) => Matrix<N, M, O>
  readonly adamUpdate: <S extends Shape>(
    state: AdamState<Tensor<N, S>>,
    gradient: Tensor<N, S>,
    settings: AdamStep,
  ) => AdamState<Tensor<N, S>>
}

/** The native tensor type of a backend. */
export type NativeOf<B> = B extends Backend<infer N> ? N : never

/**
 * Completes primitive operations to a backend: derives the fused kernels and puts the overrides, if any, in their place.
 * A new backend is `makeBackend(primitives)`; it works at once and gets faster by overriding.
 */
export const makeBackend = <N>(primitives: Primitives<N>, overrides: Partial<Kernels<N>> = {}): Backend<N> => {
  const normal: NonNullable<Primitives<N>['normal']> = (key, shape, first = 0) => {
    requireShape('normal', shape)
    requireWholeNumber('normal', 'first', first)
    return primitives.tensor(normalArray(key, sizeOf(shape), first), shape)
  }
  // The one cast of the typed face: shapes are phantom, so nothing changes but what the compiler knows.
  return { normal, ...deriveKernels(primitives), ...primitives, ...overrides } as unknown as Backend<N>
}

/** The untyped view of a backend, for code that builds one backend out of another. */
export const untyped = <N>(B: Backend<N>): Operations<N> => B as unknown as Operations<N>
