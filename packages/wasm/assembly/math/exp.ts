// eˣ = 2ⁿ eʳ with n = round(x/ln 2) and |r| ≤ ln 2/2; eʳ = 1 + r + r² P(r), P of degree 4 by minimax of the relative error (3e-9).
// ln 2 is subtracted in two parts, of which n times the first is exact (Cody & Waite 1980).
// The polynomials of this folder are summed by halves (Estrin), since a chain of products is slower than their number.
import { madd, nmadd } from '../lanes'
import { entry } from './vectors'

const table = memory.data<f32>([
  -104, // below it e^x rounds to 0
  89, // above it e^x overflows
  1.44269504, // 1/ln 2
  12582912 + 254, // 3 · 2²²: a number added to it is rounded to an integer, which then stands in the low bits; with twice the exponent's bias
  0.693359375, // ln 2, the first bits
  -2.12194440e-4, // and the rest
  0.00138145383,
  0.00836874545,
  0.041668389,
  0.166665211,
  0.49999994,
  1,
  12582912 + 127, // the same with the exponent's bias once
])

/** eʳ − 1 after the reduction, where `shifted` is n plus the constant of one of the table's shifts. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, shifted: v128, shift: v128): v128 {
  const n = v128.sub<f32>(shifted, shift)
  const r = nmadd<f32>(n, entry(table, 5), nmadd<f32>(n, entry(table, 4), x))
  const square = v128.mul<f32>(r, r)
  const low = madd<f32>(entry(table, 9), r, entry(table, 10))
  const middle = madd<f32>(entry(table, 7), r, entry(table, 8))
  const p = madd<f32>(madd<f32>(entry(table, 6), square, middle), square, low)
  return madd<f32>(p, square, r)
}

/** eˣ in four lanes: 0 at −Infinity and below −104, Infinity at Infinity and where it overflows, gradual underflow, NaN at NaN. */
// @ts-ignore: decorator
@inline
export function exp_f32x4(x: v128): v128 {
  const inside = v128.pmin<f32>(v128.pmax<f32>(x, entry(table, 0)), entry(table, 1))
  const shift = entry(table, 3)
  const shifted = madd<f32>(inside, entry(table, 2), shift)
  // 2ⁿ in two factors, for n from −150 to 128 is beyond one exponent.
  const half = v128.shr<i32>(shifted, 1)
  const first = v128.shl<i32>(half, 23)
  const second = v128.shl<i32>(v128.sub<i32>(shifted, half), 23)
  const power = v128.add<f32>(reduced(inside, shifted, shift), entry(table, 11))
  return v128.mul<f32>(v128.mul<f32>(power, first), second)
}

/** eˣ in four lanes for −87 ≤ x ≤ 88 or NaN, which the caller sees to: a little cheaper. Anything else gives nonsense. */
// @ts-ignore: decorator
@inline
export function expWithin_f32x4(x: v128): v128 {
  const shift = entry(table, 12)
  const shifted = madd<f32>(x, entry(table, 2), shift)
  return v128.mul<f32>(v128.add<f32>(reduced(x, shifted, shift), entry(table, 11)), v128.shl<i32>(shifted, 23))
}

/** 1 + eˣ in four lanes for −87 ≤ x ≤ 88 or NaN, as (1 + 2ⁿ) + 2ⁿ(eʳ − 1) with what the first sum lost: rounded less than 1 + exp(x) is. */
// @ts-ignore: decorator
@inline
export function onePlusExpWithin_f32x4(x: v128): v128 {
  const shift = entry(table, 12)
  const shifted = madd<f32>(x, entry(table, 2), shift)
  const power = v128.shl<i32>(shifted, 23)
  const one = entry(table, 11)
  const sum = v128.add<f32>(one, power)
  const lost = v128.sub<f32>(one, v128.sub<f32>(sum, power))
  return v128.add<f32>(sum, madd<f32>(power, reduced(x, shifted, shift), lost))
}

/** eˣ in two lanes, by the standard library's port of musl. */
// @ts-ignore: decorator
@inline
export function exp_f64x2(x: v128): v128 {
  return v128.replace_lane<f64>(v128.splat<f64>(Math.exp(v128.extract_lane<f64>(x, 0))), 1, Math.exp(v128.extract_lane<f64>(x, 1)))
}

/** eˣ in every lane. */
// @ts-ignore: decorator
@inline
export function exp_lanes<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? exp_f32x4(x) : exp_f64x2(x)
}
