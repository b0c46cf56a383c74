// 2^v in four lanes, for weights relative to a reference. Below 2⁻⁶⁴ the result is 2⁻⁶⁴, so that no denormal enters the arithmetic: n of
// them change a mean by less than n 2⁻⁶⁴ of the cloud's diameter.
import { madd } from '../lanes'

// The polynomial of degree 5 that is best for 2^f on [−½, ½], 7.5e-8, and 2.4e-7 as rounded. Constants are kept in memory, which V8 loads
// once before a loop.
const constants = memory.data<f32>([
  -64, -64, -64, -64,
  12582912, 12582912, 12582912, 12582912, // 1.5 · 2²³: what is added to it is rounded to a whole number in the low bits
  1.3276472454890609e-3, 1.3276472454890609e-3, 1.3276472454890609e-3, 1.3276472454890609e-3,
  9.675541892647743e-3, 9.675541892647743e-3, 9.675541892647743e-3, 9.675541892647743e-3,
  5.550713092088699e-2, 5.550713092088699e-2, 5.550713092088699e-2, 5.550713092088699e-2,
  0.24022120237350464, 0.24022120237350464, 0.24022120237350464, 0.24022120237350464,
  0.6931469440460205, 0.6931469440460205, 0.6931469440460205, 0.6931469440460205,
  1, 1, 1, 1,
], 16)

/** Constant k: −64, 1.5 · 2²³, then the coefficients from the highest. */
// @ts-ignore: decorator
@inline
export function constant(k: usize): v128 {
  return v128.load(constants + 16 * k)
}

/**
 * 2^(v − o) for a whole number o: `floor` is o − 64 and `magic` 1.5 · 2²³ − o, so the subtraction is part of the rounding.
 */
// @ts-ignore: decorator
@inline
export function exp2From(v: v128, floor: v128, magic: v128, c5: v128, c4: v128, c3: v128, c2: v128, c1: v128, c0: v128): v128 {
  v = f32x4.pmax(floor, v)
  const shifted = f32x4.add(v, magic)
  const f = f32x4.sub(v, f32x4.sub(shifted, magic))
  let p = madd<f32>(c5, f, c4)
  p = madd<f32>(p, f, c3)
  p = madd<f32>(p, f, c2)
  p = madd<f32>(p, f, c1)
  p = madd<f32>(p, f, c0)
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

// @ts-ignore: decorator
@inline
export function exp2(v: v128): v128 {
  return exp2From(v, constant(0), constant(1), constant(2), constant(3), constant(4), constant(5), constant(6), constant(7))
}
