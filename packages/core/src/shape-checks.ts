import type { Product } from './size-arithmetic.js'
import type { AxisOf, Joined, Shape } from './tensor.js'

/**
 * What the compiler refuses: an operation adds `Check<…>` to the type of an argument. The check is `unknown`, which asks nothing, unless the
 * shapes are known not to fit; then it is a type that nothing satisfies and that says what does not fit. Shapes that are not known yet,
 * because a function is generic in them, are not refused.
 */

/** Inside a check a shape that is not known yet is read as `any`, which fits. */
type IsAny<T> = [0] extends [1 & T] ? true : false

/** Whether two sizes are both known and have nothing in common. */
type Differ<A, B> = IsAny<A & B> extends true ? false : [A & B] extends [never] ? true : false

/** Whether two sizes are known not to broadcast: they differ, and neither is 1. */
type Clash<A, B> = Differ<A, B> extends true ? (Differ<A, 1> extends true ? Differ<B, 1> : false) : false

type ShapesClash<A extends Shape, B extends Shape> =
  IsAny<A> extends true
    ? false
    : IsAny<B> extends true
      ? false
      : [A] extends [readonly [...infer AInit extends Shape, infer ALast]]
        ? [B] extends [readonly [...infer BInit extends Shape, infer BLast]]
          ? Clash<ALast, BLast> extends true
            ? true
            : ShapesClash<AInit, BInit>
          : false
        : false

/** Two sizes that have to be the same. */
export type SameSize<A extends number, B extends number> = Differ<A, B> extends true ? { readonly 'sizes differ': [A, B] } : unknown

/** Two shapes that have to be the same type: `unknown` for a shape that a function is generic in, and itself. */
export type Identical<A extends Shape, B extends A> = [A] extends [B] ? unknown : { readonly 'shapes differ': [A, B] }

/** Two shapes that have to broadcast. */
export type Broadcastable<A extends Shape, B extends Shape> =
  ShapesClash<A, B> extends true ? { readonly 'shapes do not broadcast': [A, B] } : unknown

/** A shape that has to stretch to another: every axis of the first is 1 or that of the second. */
export type Stretchable<From extends Shape, To extends Shape> =
  Overflows<From, To> extends true ? { readonly 'does not stretch': [From, To] } : unknown

type Overflows<From extends Shape, To extends Shape> =
  IsAny<From> extends true
    ? false
    : IsAny<To> extends true
      ? false
      : [From] extends [readonly [...infer FromInit extends Shape, infer FromLast]]
        ? [To] extends [readonly [...infer ToInit extends Shape, infer ToLast]]
          ? Differ<FromLast, ToLast | 1> extends true
            ? true
            : Overflows<FromInit, ToInit>
          : [To] extends [readonly []]
            ? true
            : false
        : false

/** An axis that a shape has to have; negative ones count from the end. */
export type HasAxis<S extends Shape, I extends number> = Lacks<S, I> extends true ? { readonly 'no such axis': [I, S] } : unknown

type Lacks<S extends Shape, I extends number> =
  IsAny<S> extends true
    ? false
    : number extends S['length']
      ? false
      : number extends I
        ? false
        : [`${I}`] extends [keyof S | `-${Exclude<keyof [0, ...S], '0'> & string}`]
          ? false
          : true

/** A shape that has to keep its number of elements; products of sizes above 99 are not compared. */
export type SameCount<A extends Shape, B extends Shape> =
  Differ<Count<A>, Count<B>> extends true ? { readonly 'numbers of elements differ': [A, B] } : unknown

type Count<S extends Shape, Before extends number = 1> =
  IsAny<S> extends true
    ? number
    : [S] extends [readonly [infer Head extends number, ...infer Tail extends Shape]]
      ? Count<Tail, Product<Before, Head>>
      : [S] extends [readonly []]
        ? Before
        : number

/** Shapes that have to join along an axis: of one rank, and all sizes but the joined one the same. */
export type Joinable<Shapes extends readonly Shape[], I extends number> =
  Apart<Shapes, I> extends true ? { readonly 'shapes do not join along axis': [I, Shapes] } : unknown

type Apart<Shapes extends readonly Shape[], I extends number> =
  IsAny<Shapes> extends true
    ? false
    : [Shapes] extends [readonly [infer First extends Shape, ...infer Rest extends readonly Shape[]]]
      ? Lacks<First, I> extends true
        ? true
        : [Rest] extends [readonly []]
          ? false
          : PairApart<First, Joined<Rest, I>, I> extends true
            ? true
            : Apart<Rest, I>
      : Lacks<Shapes[number], I>

type PairApart<A extends Shape, B extends Shape, I extends number> =
  IsAny<A> extends true
    ? false
    : IsAny<B> extends true
      ? false
      : Differ<A['length'], B['length']> extends true
        ? true
        : number extends I
          ? false
          : true extends { [K in keyof A]: K extends `${AxisOf<A, I>}` ? false : K extends keyof B ? Differ<A[K], B[K]> : false }[number]
            ? true
            : false
