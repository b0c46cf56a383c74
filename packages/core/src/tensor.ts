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

/** The shape after reducing axis I. */
export type Reduced<S extends Shape, I extends number, Keep extends boolean> =
  Known<S> extends false
    ? Shape
    : number extends I
      ? Shape
      : I extends -1
        ? S extends readonly [...infer Init extends Shape, number]
          ? Keep extends true
            ? [...Init, 1]
            : Init
          : never
        : ReducedAt<S, I, Keep>

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

/** The shape of a transposed tensor: axes reversed. */
export type Reversed<S extends Shape> =
  Known<S> extends false
    ? Shape
    : S extends readonly [infer Head extends number, ...infer Tail extends Shape]
      ? [...Reversed<Tail>, Head]
      : []

/** `unknown` where two sizes may be equal; a type that nothing satisfies, and that names both, where they are not. */
export type SameSize<A extends number, B extends number> = number extends A
  ? unknown
  : number extends B
    ? unknown
    : A extends B
      ? unknown
      : { readonly 'inner sizes differ': [A, B] }
