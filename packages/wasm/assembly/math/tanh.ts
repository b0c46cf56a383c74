// tanh |x| = |x| + |x|³ P(x²) below 0.625, P of degree 4 by minimax of the relative error (4e-9); 1 − 2/(e^(2|x|) + 1) above. The sign is x's.
import { madd } from '../lanes'
import { onePlusExpWithin_f32x4 } from './exp'
import { choose, entry } from './vectors'

const table = memory.data<f32>([
  -0.0, // the bit of the sign
  10, // beyond it tanh rounds to ±1
  0.625,
  -0.00570497848,
  0.0206390787,
  -0.0537397116,
  0.133314416,
  -0.333332807,
  1,
  2,
])

/** tanh x in four lanes: ±1 at ±Infinity, ±0 at ±0, NaN at NaN. */
// @ts-ignore: decorator
@inline
export function tanh_f32x4(x: v128): v128 {
  const sign = entry(table, 0)
  const a = v128.pmin<f32>(v128.andnot(x, sign), entry(table, 1))
  const large = v128.sub<f32>(entry(table, 8), v128.div<f32>(entry(table, 9), onePlusExpWithin_f32x4(v128.add<f32>(a, a))))
  const z = v128.mul<f32>(a, a)
  const square = v128.mul<f32>(z, z)
  const low = madd<f32>(entry(table, 6), z, entry(table, 7))
  const middle = madd<f32>(entry(table, 4), z, entry(table, 5))
  const p = madd<f32>(madd<f32>(entry(table, 3), square, middle), square, low)
  const small = madd<f32>(v128.mul<f32>(p, z), a, a)
  return v128.or(choose<f32>(v128.lt<f32>(a, entry(table, 2)), small, large), v128.and(x, sign))
}

/** tanh x in two lanes, by the standard library's port of musl. */
// @ts-ignore: decorator
@inline
export function tanh_f64x2(x: v128): v128 {
  return v128.replace_lane<f64>(v128.splat<f64>(Math.tanh(v128.extract_lane<f64>(x, 0))), 1, Math.tanh(v128.extract_lane<f64>(x, 1)))
}

/** tanh x in every lane. */
// @ts-ignore: decorator
@inline
export function tanh_lanes<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? tanh_f32x4(x) : tanh_f64x2(x)
}
