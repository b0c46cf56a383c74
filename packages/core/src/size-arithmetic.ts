/**
 * Arithmetic on literal sizes in types, by the lengths of tuples. A tuple is put together digit by digit, so a size costs two steps. Sizes
 * that are not known, or of more than two digits, are tuples of unknown length, and give `number`.
 */

type Unit = readonly 0[]

/** A tuple, none to nine times. */
interface Times<T extends Unit> {
  '0': readonly []
  '1': T
  '2': readonly [...T, ...T]
  '3': readonly [...T, ...T, ...T]
  '4': readonly [...T, ...T, ...T, ...T]
  '5': readonly [...T, ...T, ...T, ...T, ...T]
  '6': readonly [...T, ...T, ...T, ...T, ...T, ...T]
  '7': readonly [...T, ...T, ...T, ...T, ...T, ...T, ...T]
  '8': readonly [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T]
  '9': readonly [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T]
}

type Digit = keyof Times<Unit>

/** The tuple T, N times. */
type Copies<N extends number, T extends Unit = readonly [0]> = `${N}` extends `${infer First extends Digit}${infer Rest}`
  ? Rest extends ''
    ? Times<T>[First]
    : Rest extends Digit
      ? readonly [...Times<Times<T>[First]>['5'], ...Times<Times<T>[First]>['5'], ...Times<T>[Rest]]
      : Unit
  : Unit

/** A + B. */
export type Sum<A extends number, B extends number> = [...Copies<A>, ...Copies<B>] extends { readonly length: infer L extends number }
  ? L
  : never

/** A − B where it is not negative. */
export type Difference<A extends number, B extends number> =
  Copies<A> extends readonly [...Copies<B>, ...infer Rest] ? Rest['length'] : number

/** A · B. */
export type Product<A extends number, B extends number> = Copies<B, Copies<A>>['length']
