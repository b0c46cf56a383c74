import type { Difference, Sum } from './size-arithmetic.js'

/**
 * Shapes as types.
 *
 * A `Tensor<N, [M, D]>` is a backend's native tensor N with a phantom shape: it costs nothing when the program runs, and where sizes
 * are literal a wrong product does not compile. A size that is only known at run time is `number`; a rank that is only known at run
 * time is `Shape`.
 */

/** Sizes per axis; `readonly number[]` when even the rank is unknown to the compiler. */
export type Shape = readonly number[]

declare const shapeOf: unique symbol

/** A native tensor N known to have shape S. The tag exists in types alone. */
export type Tensor<N, S extends Shape = Shape> = N & { readonly [shapeOf]?: S }

export type Scalar<N> = Tensor<N, []>
export type Vector<N, M extends number = number> = Tensor<N, [M]>
export type Matrix<N, M extends number = number, D extends number = number> = Tensor<N, [M, D]>

/** The size two broadcast axes give: equal sizes stay, 1 stretches, an unknown size gives way to a literal one. */
export type BroadcastSize<A extends number, B extends number> = number extends A
  ? B extends 1
    ? number
    : B
  : number extends B
    ? A extends 1
      ? number
      : A
    : A extends 1
      ? B
      : B extends 1
        ? A
        : A extends B
          ? A
          : never

type Known<S extends Shape> = number extends S['length'] ? false : true

/** The shape of `a + b` by the broadcasting rule of the Python array API standard. */
export type Broadcast<A extends Shape, B extends Shape> =
  Known<A> extends false
    ? Shape
    : Known<B> extends false
      ? Shape
      : A extends readonly [...infer AInit extends Shape, infer ALast extends number]
        ? B extends readonly [...infer BInit extends Shape, infer BLast extends number]
          ? [...Broadcast<AInit, BInit>, BroadcastSize<ALast, BLast>]
          : [...A]
        : [...B]

/** Axis I of a shape, counted from 0; negative axes count from the end. */
export type AxisOf<S extends Shape, I extends number> = `${I}` extends `-${infer FromEnd extends number}`
  ? Difference<S['length'], FromEnd>
  : I

/** The shape after reducing axis I. */
export type Reduced<S extends Shape, I extends number, Keep extends boolean> =
  Known<S> extends false ? Shape : number extends I ? Shape : ReducedAt<S, AxisOf<S, I>, Keep>

type ReducedAt<S extends Shape, I extends number, Keep extends boolean, Before extends number[] = []> = S extends readonly [
  infer Head extends number,
  ...infer Tail extends Shape,
]
  ? Before['length'] extends I
    ? Keep extends true
      ? [...Before, 1, ...Tail]
      : [...Before, ...Tail]
    : ReducedAt<Tail, I, Keep, [...Before, Head]>
  : never

/** The shape with another size on axis I. */
export type Resized<S extends Shape, I extends number, Size extends number> =
  Known<S> extends false ? Shape : number extends I ? Shape : ResizedAt<S, AxisOf<S, I>, Size>

type ResizedAt<S extends Shape, I extends number, Size extends number, Before extends number[] = []> = S extends readonly [
  infer Head extends number,
  ...infer Tail extends Shape,
]
  ? Before['length'] extends I
    ? [...Before, Size, ...Tail]
    : ResizedAt<Tail, I, Size, [...Before, Head]>
  : never

/** The shape of tensors joined along axis I; of any number of tensors of one shape, where they are an array. */
export type Joined<Shapes extends readonly Shape[], I extends number> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? Rest extends readonly []
    ? First
    : JoinedPair<First, Joined<Rest, I>, I>
  : Resized<Shapes[number], I, number>

type JoinedPair<A extends Shape, B extends Shape, I extends number> =
  Known<A> extends false ? Shape : Known<B> extends false ? Shape : number extends I ? Shape : JoinedAt<A, B, AxisOf<A, I>>

type JoinedAt<A extends Shape, B extends Shape, I extends number, Before extends number[] = []> = A extends readonly [
  infer HeadOfA extends number,
  ...infer TailOfA extends Shape,
]
  ? B extends readonly [infer HeadOfB extends number, ...infer TailOfB extends Shape]
    ? JoinedAt<TailOfA, TailOfB, I, [...Before, Before['length'] extends I ? Sum<HeadOfA, HeadOfB> : Same<HeadOfA, HeadOfB>]>
    : never
  : Before

/** The one of two equal sizes that is known. */
type Same<A extends number, B extends number> = number extends A ? B : A

/** The shape of a transposed tensor: axes reversed. */
export type Reversed<S extends Shape> =
  Known<S> extends false
    ? Shape
    : S extends readonly [infer Head extends number, ...infer Tail extends Shape]
      ? [...Reversed<Tail>, Head]
      : []
