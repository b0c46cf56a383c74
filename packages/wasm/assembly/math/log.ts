// ln x = n ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2; ln(1 + f) = f − f²/2 + f³ P(f), P of degree 7 by minimax of the relative error (6e-9).
// ln 2 comes in two parts, of which n times the first is exact (Cody & Waite 1980).
import { madd } from '../lanes'
import { choose, entry } from './vectors'

const table = memory.data<f32>([
  1.1754944e-38, // the least normal number
  8388608, // 2²³
  0.70710677, // √½, whose bits are taken from those of x
  1,
  0.693359375, // ln 2, the first bits
  -2.12194440e-4, // and the rest
  -0.5,
  -0.0763442963,
  0.127615497,
  -0.131601945,
  0.142017618,
  -0.166233569,
  0.200012267,
  -0.250008225,
  0.333333313,
  Infinity,
  -Infinity,
  NaN,
  -23,
  0,
])

/** ln x in four lanes: −Infinity at ±0, NaN below, Infinity at Infinity, NaN at NaN; exact to rounding for denormals too. */
// @ts-ignore: decorator
@inline
export function log_f32x4(x: v128): v128 {
  const small = v128.lt<f32>(x, entry(table, 0))
  const normal = choose<f32>(small, v128.mul<f32>(x, entry(table, 1)), x)
  // Relative to √½ the exponent's bits are n, and what is left over √½ is the mantissa.
  const root = entry(table, 2)
  const above = v128.sub<i32>(normal, root)
  const exponent = v128.shr<i32>(above, 23)
  const f = v128.sub<f32>(v128.sub<i32>(normal, v128.shl<i32>(exponent, 23)), entry(table, 3))
  const n = v128.add<f32>(f32x4.convert_i32x4_s(exponent), v128.and(small, entry(table, 18)))
  const square = v128.mul<f32>(f, f)
  const high = madd<f32>(madd<f32>(entry(table, 7), f, entry(table, 8)), square, madd<f32>(entry(table, 9), f, entry(table, 10)))
  const low = madd<f32>(madd<f32>(entry(table, 11), f, entry(table, 12)), square, madd<f32>(entry(table, 13), f, entry(table, 14)))
  const p = madd<f32>(high, v128.mul<f32>(square, square), low)
  let tail = madd<f32>(n, entry(table, 5), v128.mul<f32>(v128.mul<f32>(p, f), square))
  tail = madd<f32>(square, entry(table, 6), tail)
  const value = madd<f32>(n, entry(table, 4), v128.add<f32>(f, tail))
  // What is not a positive finite number: at 0 −Infinity, at Infinity itself, the rest NaN.
  const infinity = entry(table, 15)
  const inside = v128.and(v128.gt<f32>(x, entry(table, 19)), v128.lt<f32>(x, infinity))
  const outside = choose<f32>(v128.eq<f32>(x, entry(table, 19)), entry(table, 16), choose<f32>(v128.eq<f32>(x, infinity), infinity, entry(table, 17)))
  return choose<f32>(inside, value, outside)
}

/** ln x in two lanes, by the standard library's port of musl. */
// @ts-ignore: decorator
@inline
export function log_f64x2(x: v128): v128 {
  return v128.replace_lane<f64>(v128.splat<f64>(Math.log(v128.extract_lane<f64>(x, 0))), 1, Math.log(v128.extract_lane<f64>(x, 1)))
}

/** ln x in every lane. */
// @ts-ignore: decorator
@inline
export function log_lanes<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? log_f32x4(x) : log_f64x2(x)
}
