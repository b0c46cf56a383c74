// 2^v in four lanes, for weights relative to the largest. Below 2⁻⁶⁴ the result is 2⁻⁶⁴, so that no denormal enters the arithmetic.
import { madd } from '../lanes'


/** log₂ of the weight of what does not count: a group that is not there, a point that is left out. */
// @ts-ignore: decorator
@inline
export const LEAST: f32 = -1e38

// The polynomial is the one of degree 5 that is best on [−½, ½]: relative error 7.5e-8.
const constants = memory.data<f32>([
  -64, -64, -64, -64, // 0: the floor
  12582912, 12582912, 12582912, 12582912, // 16: 1.5 · 2²³, which rounds to a whole number in the low bits
  1.3276460593091423e-3, 1.3276460593091423e-3, 1.3276460593091423e-3, 1.3276460593091423e-3, // 32
  9.67554124344521e-3, 9.67554124344521e-3, 9.67554124344521e-3, 9.67554124344521e-3, // 48
  5.5507133087602994e-2, 5.5507133087602994e-2, 5.5507133087602994e-2, 5.5507133087602994e-2, // 64
  0.24022119726105645, 0.24022119726105645, 0.24022119726105645, 0.24022119726105645, // 80
  0.6931469670431714, 0.6931469670431714, 0.6931469670431714, 0.6931469670431714, // 96
  1.000000071653985, 1.000000071653985, 1.000000071653985, 1.000000071653985, // 112
], 16)

// @ts-ignore: decorator
@inline
export function exp2(exponent: v128): v128 {
  const v = f32x4.pmax(v128.load(constants), exponent)
  const shifted = f32x4.add(v, v128.load(constants, 16))
  const f = f32x4.sub(v, f32x4.sub(shifted, v128.load(constants, 16)))
  let p = v128.load(constants, 32)
  p = madd<f32>(p, f, v128.load(constants, 48))
  p = madd<f32>(p, f, v128.load(constants, 64))
  p = madd<f32>(p, f, v128.load(constants, 80))
  p = madd<f32>(p, f, v128.load(constants, 96))
  p = madd<f32>(p, f, v128.load(constants, 112))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

