import type { UnaryName } from '../operations/names.js'

/** The fixed numbers that operations are tried on. */

/** Numbers that IEEE 754 says something particular about. */
export const special: readonly number[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -1, 1, -2]

/** Numbers from 0 to 1, spread by the golden ratio: no two tries see others. */
export const spread = (count: number): number[] => Array.from({ length: count }, (_, k) => (0.5 + k * 0.6180339887498949) % 1)

const POINTS = 120

/** From −bound to bound, a third of them evenly, the rest by magnitude down to 10^`least`. */
const around = (bound: number, least = -6): number[] =>
  spread(POINTS).map((u, k) => {
    const sign = k % 2 === 0 ? 1 : -1
    return k % 3 === 0 ? sign * bound * u : sign * bound * 10 ** (u * (least - Math.log10(bound)))
  })
const positive = (decades: number): number[] => spread(POINTS).map((u) => 10 ** (decades * (2 * u - 1)))

const ofFunction: Readonly<Record<UnaryName, readonly number[]>> = {
  ...{ neg: around(1e30, -30), abs: around(1e30, -30), square: around(1e15, -15), sqrt: positive(30) },
  exp: around(87),
  log: positive(30).map((x, k) => (k % 3 === 0 ? 1 + (x > 1 ? 1 : -1) * 10 ** -(k / 30) : x)),
  // Two turns, and the neighbours of multiples of π/2, where a function that is not reduced well loses its digits.
  sin: around(12).map((x, k) => (k % 4 === 3 ? Math.fround((k % 9) * (Math.PI / 2)) + 1e-3 * x : x)),
  cos: around(12).map((x, k) => (k % 4 === 3 ? Math.fround((k % 9) * (Math.PI / 2)) + 1e-3 * x : x)),
  ...{ tanh: around(10), sigmoid: around(30), erf: around(4) },
}

/** The special numbers, and numbers that are ordinary for the function: in float32, always as many, so that one shader serves all. */
export const pointsOf = (name: UnaryName): Float32Array => Float32Array.from([...special, ...ofFunction[name]])

/** Pairs of all special numbers, and ordinary ones of which half are equal or close. */
export const pairs = (): readonly [a: Float32Array, b: Float32Array] => {
  const a = special.flatMap((x) => special.map(() => x))
  const b = special.flatMap(() => special)
  spread(64).forEach((u, k) => {
    const x = Math.fround((u - 0.5) * 10 ** (k % 9))
    a.push(x)
    b.push(k % 4 === 0 ? x : k % 4 === 1 ? Math.fround(x * (1 + 2 ** -20)) : Math.fround(1 / (0.1 + u)))
  })
  return [Float32Array.from(a), Float32Array.from(b)]
}

/** Rows of five that a fold may mistake: NaN and infinities in every place, none but the largest or the least, huge numbers of one sign. */
export const rows: readonly (readonly number[])[] = (() => {
  const { NaN: none, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number
  const ordinary = [0.5, -2, 3, 0.25, -1.5]
  const put = (value: number) => ordinary.map((_, k) => ordinary.map((x, j) => (j === k ? value : x)))
  return [
    ...[...put(none), ...put(up), ...put(down)],
    ...[
      [up, 1, down, 2, 3],
      [none, up, 1, down, 2],
      [up, up, up, up, up],
      [down, down, down, down, down],
    ],
    ...[ordinary.map(() => -(2 ** 100)), ordinary.map(() => 2 ** 100), ordinary, [1, 2, 3, 4, 5], [-5, -4, -3, -2, -1]],
  ]
})()
