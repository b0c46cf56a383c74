// The logistic function 1/(1 + e⁻ˣ).
import { exp_f32x4, onePlusExpWithin_f32x4 } from './exp'
import { entry } from './vectors'

const table = memory.data<f32>([
  -0.0, // the bit of the sign
  -87.33654, // below it the value is less than the least normal number
  30, // above it the value rounds to 1
  1,
])

/** 1/(1 + e⁻ˣ) in four lanes: 0 at −Infinity, gradual underflow, 1 at Infinity, NaN at NaN. */
// @ts-ignore: decorator
@inline
export function sigmoid_f32x4(x: v128): v128 {
  const least = entry(table, 1)
  const inside = v128.pmin<f32>(v128.pmax<f32>(x, least), entry(table, 2))
  const value = v128.div<f32>(entry(table, 3), onePlusExpWithin_f32x4(v128.xor(inside, entry(table, 0))))
  const below = v128.lt<f32>(x, least)
  // There it is eˣ, down into the denormal numbers. Few tensors have such a number, so it is asked for first.
  return v128.any_true(below) ? v128.bitselect(exp_f32x4(x), value, below) : value
}

// @ts-ignore: decorator
@inline
function sigmoid(x: f64): f64 {
  // e^(−|x|), since e⁻ˣ would overflow for negative x.
  const tail = Math.exp(-Math.abs(x))
  return (x < 0 ? tail : 1) / (1 + tail)
}

/** 1/(1 + e⁻ˣ) in two lanes. */
// @ts-ignore: decorator
@inline
export function sigmoid_f64x2(x: v128): v128 {
  return v128.replace_lane<f64>(v128.splat<f64>(sigmoid(v128.extract_lane<f64>(x, 0))), 1, sigmoid(v128.extract_lane<f64>(x, 1)))
}

/** 1/(1 + e⁻ˣ) in every lane. */
// @ts-ignore: decorator
@inline
export function sigmoid_lanes<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? sigmoid_f32x4(x) : sigmoid_f64x2(x)
}
