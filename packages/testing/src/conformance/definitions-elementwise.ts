import { erf } from './erf.js'
import { bits, type Expected, relative } from './expected.js'
import { type HostTensor, zip } from './host-tensor.js'

/**
 * Elementwise operations: a function of numbers each, and as good as its own magnitude (the scale is |f|). `Math` gives them in float64
 * to within a unit in the last place, so a float64 tolerance below 1 says that a backend calls the same functions.
 */

const unary =
  (f: (x: number) => number, define: typeof relative = bits) =>
  (x: HostTensor): Expected =>
    define(zip(f, x))

const binary =
  (f: (a: number, b: number) => number, define: typeof relative = bits) =>
  (a: HostTensor | number, b: HostTensor | number): Expected =>
    define(zip(f, a, b))

/** 1/(1 + e⁻ˣ), without overflow on the way. */
export const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))

const nanOr = (choose: (a: number, b: number) => number) => (a: number, b: number) =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : choose(a, b)

export const elementwiseDefinitions = {
  neg: unary((x) => -x),
  abs: unary(Math.abs),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x * x),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  erf: unary(erf),

  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  // Which of +0 and −0 is the larger, the array API leaves open.
  maximum: binary(nanOr(Math.max), relative),
  minimum: binary(nanOr(Math.min), relative),
  greater: binary((a, b) => (a > b ? 1 : 0)),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  where: (condition: HostTensor, a: HostTensor | number, b: HostTensor | number): Expected =>
    bits(zip((test, yes, no) => (test !== 0 ? yes : no), condition, a, b)),
}
