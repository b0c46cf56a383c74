// Sine and cosine. In float64, lane by lane, by the standard library's port of musl, whose reduction is exact for arguments of any size (Payne & Hanek
// 1983). In float32 the same, rounded, beyond 2²⁶; up to there in float64 lanes: x = n π/2 + r with |r| ≤ π/4, π/2 in two parts of which n times the first
// is exact (Cody & Waite 1980), sin r = r + r³ P(r²) and cos r = 1 + r² Q(r²), P and Q of degree 3 by minimax (5e-12 and 6e-11).
import { madd, nmadd } from '../lanes'
import { choose } from './vectors'

const table = memory.data<f64>([
  0.6366197723675814, // 2/π
  6755399441055744, // 3 · 2⁵¹: a number added to it is rounded to an integer, which then stands in the low bits
  1.5707963109016418, // π/2, the first 25 bits
  1.5893254773528196e-8, // and the rest
  2.718120784352822e-6, // P
  -0.00019839312179340782,
  0.008333329304553754,
  -0.16666666640794414,
  2.438355781570461e-5, // Q
  -0.001388668154489384,
  0.04166662035375935,
  -0.4999999969444446,
  1,
])
const whole = memory.data<i64>([0, 1, 2])
const limit = memory.data<f32>([67108864])

// @ts-ignore: decorator
@inline
function entry(index: usize): v128 {
  return v128.load_splat<f64>(table + (index << 3))
}

/** sin(x + quarters · π/2) in two float64 lanes for |x| ≤ 2²⁶, to the precision of float32. */
// @ts-ignore: decorator
@inline
function turn(x: v128, quarters: usize): v128 {
  const shift = entry(1)
  const shifted = madd<f64>(x, entry(0), shift)
  const n = v128.sub<f64>(shifted, shift)
  const r = nmadd<f64>(n, entry(3), nmadd<f64>(n, entry(2), x))
  const z = v128.mul<f64>(r, r)
  const square = v128.mul<f64>(z, z)
  const p = madd<f64>(madd<f64>(entry(4), z, entry(5)), square, madd<f64>(entry(6), z, entry(7)))
  const q = madd<f64>(madd<f64>(entry(8), z, entry(9)), square, madd<f64>(entry(10), z, entry(11)))
  // r · (1 + …), not r + …: so −0 stays what it is.
  const one = entry(12)
  const sine = v128.mul<f64>(r, madd<f64>(p, z, one))
  const cosine = madd<f64>(q, z, one)
  const quarter = v128.add<i64>(shifted, v128.load_splat<i64>(whole + (quarters << 3)))
  const unit = v128.load_splat<i64>(whole + 8)
  const odd = v128.eq<i64>(v128.and(quarter, unit), unit)
  const sign = v128.shl<i64>(v128.and(quarter, v128.load_splat<i64>(whole + 16)), 62)
  return v128.xor(choose<f64>(odd, cosine, sine), sign)
}

// @ts-ignore: decorator
@inline
function scalar(x: f64, quarters: usize): f64 {
  return quarters == 0 ? Math.sin(x) : Math.cos(x)
}

/** The lanes of x that are beyond 2²⁶ or not finite, one by one. */
function far(x: v128, value: v128, quarters: usize): v128 {
  let out = value
  for (let k: usize = 0; k < 4; k++) {
    const lane = v128.extract_lane<f32>(x, 0)
    let result = v128.extract_lane<f32>(out, 0)
    if (!(Math.abs(lane as f64) <= 67108864)) result = scalar(lane as f64, quarters) as f32
    out = v128.replace_lane<f32>(v128.shuffle<f32>(out, out, 1, 2, 3, 0), 3, result)
    x = v128.shuffle<f32>(x, x, 1, 2, 3, 0)
  }
  return out
}

// @ts-ignore: decorator
@inline
function turned<T>(x: v128, quarters: usize): v128 {
  if (sizeof<T>() == 8) {
    const first = v128.splat<f64>(scalar(v128.extract_lane<f64>(x, 0), quarters))
    return v128.replace_lane<f64>(first, 1, scalar(v128.extract_lane<f64>(x, 1), quarters))
  }
  const low = f32x4.demote_f64x2_zero(turn(f64x2.promote_low_f32x4(x), quarters))
  const high = f32x4.demote_f64x2_zero(turn(f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1)), quarters))
  const near = v128.shuffle<f32>(low, high, 0, 1, 4, 5)
  if (v128.all_true<i32>(v128.le<f32>(v128.abs<f32>(x), v128.load_splat<f32>(limit)))) return near
  return far(x, near, quarters)
}

/** sin x in every lane: ±0 at ±0, NaN at ±Infinity and NaN. */
// @ts-ignore: decorator
@inline
export function sin_lanes<T>(x: v128): v128 {
  return turned<T>(x, 0)
}

/** cos x in every lane: NaN at ±Infinity and NaN. */
// @ts-ignore: decorator
@inline
export function cos_lanes<T>(x: v128): v128 {
  return turned<T>(x, 1)
}
