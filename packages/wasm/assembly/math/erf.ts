// The error function. In float32: erf |x| = |x| + |x| P(x²) below 0.84375, P of degree 5 by minimax (error 6e-9); 1 − e^(−Q(|x|)) above, Q the polynomial of
// degree 6 that is nearest to −ln erfc when weighted with erfc (error 2e-9 of the result). The sign is x's.
import { madd } from '../lanes'
import { exp_f64x2, expWithin_f32x4 } from './exp'
import { choose, entry } from './vectors'

const table = memory.data<f32>([
  -0.0, // the bit of the sign
  4, // beyond it erf rounds to ±1
  0.84375,
  -0.000635999255,
  0.00505867833,
  -0.0268070213,
  0.112828247,
  -0.376125813,
  0.128379166,
  0.000204179916, // −Q from here on
  -0.0031228736,
  0.0225393716,
  -0.10456863,
  -0.636469781,
  -1.12809038,
  -9.74173527e-05,
  1,
])

/** erf x in four lanes: ±1 at ±Infinity, ±0 at ±0, NaN at NaN. */
// @ts-ignore: decorator
@inline
export function erf_f32x4(x: v128): v128 {
  const sign = entry(table, 0)
  const a = v128.pmin<f32>(v128.andnot(x, sign), entry(table, 1))
  const z = v128.mul<f32>(a, a)
  const square = v128.mul<f32>(z, z)
  const pLow = madd<f32>(entry(table, 7), z, entry(table, 8))
  const pMiddle = madd<f32>(entry(table, 5), z, entry(table, 6))
  const pHigh = madd<f32>(entry(table, 3), z, entry(table, 4))
  const small = madd<f32>(madd<f32>(madd<f32>(pHigh, square, pMiddle), square, pLow), a, a)
  const qLow = madd<f32>(entry(table, 14), a, entry(table, 15))
  const qMiddle = madd<f32>(entry(table, 12), a, entry(table, 13))
  const qHigh = madd<f32>(entry(table, 10), a, entry(table, 11))
  const q = madd<f32>(madd<f32>(madd<f32>(entry(table, 9), z, qHigh), z, qMiddle), z, qLow)
  const large = v128.sub<f32>(entry(table, 16), expWithin_f32x4(q))
  return v128.or(choose<f32>(v128.lt<f32>(a, entry(table, 2)), small, large), v128.and(x, sign))
}

// In float64: erf |x| = |x| + |x| P(x²) below 1, P of degree 12 (error 2e-17); 1 − e^(−x²) G(u) up to 6 with u = (|x| − 2.5)/(|x| + 2.5), where G of degree 14
// is e^(x²) erfc |x| (error of the product 3e-18). Both interpolate at the zeros of a Chebyshev polynomial.
const table64 = memory.data<f64>([
  5.957176147748911e-11,
  -1.1372848856791674e-09,
  1.4659775274047436e-08,
  -1.6350312701054695e-07,
  1.6461000484121368e-06,
  -1.4925595266831182e-05,
  0.0001205533111164271,
  -0.000854832698083379,
  0.0052239776248180145,
  -0.026866170645076792,
  0.11283791670954879,
  -0.3761263890318375,
  0.1283791670955126,
])
const tail64 = memory.data<f64>([
  -1.587633893127344e-06,
  -2.2328516517555215e-06,
  7.499735050763299e-06,
  1.8596747731144528e-05,
  -3.4175718896856294e-05,
  -0.00012887483134837842,
  0.0002283799633257643,
  0.0008759152875774328,
  -0.0026423659518134547,
  -0.003993701160123029,
  0.03992253907546523,
  -0.12503305237891782,
  0.2517131932174488,
  -0.37173673394897294,
  0.2108063640611436,
])

/** Σ c_k x^k for coefficients from the highest on. */
// @ts-ignore: decorator
@inline
function polynomial(coefficients: usize, count: usize, x: v128): v128 {
  let value = v128.load_splat<f64>(coefficients)
  const end = coefficients + 8 * count
  for (let at = coefficients + 8; at < end; at += 8) value = madd<f64>(value, x, v128.load_splat<f64>(at))
  return value
}

/** erf x in two lanes: ±1 at ±Infinity, ±0 at ±0, NaN at NaN. */
export function erf_f64x2(x: v128): v128 {
  const sign = f64x2.splat(-0.0)
  const a = v128.pmin<f64>(v128.andnot(x, sign), f64x2.splat(6))
  const square = v128.mul<f64>(a, a)
  const below = v128.lt<f64>(a, f64x2.splat(1))
  let value = madd<f64>(polynomial(table64, 13, square), a, a)
  if (!v128.all_true<i64>(below)) {
    const u = v128.div<f64>(v128.sub<f64>(a, f64x2.splat(2.5)), v128.add<f64>(a, f64x2.splat(2.5)))
    const complement = v128.mul<f64>(exp_f64x2(v128.neg<f64>(square)), polynomial(tail64, 15, u))
    value = choose<f64>(below, value, v128.sub<f64>(f64x2.splat(1), complement))
  }
  return v128.or(value, v128.and(x, sign))
}

/** erf x in every lane. */
// @ts-ignore: decorator
@inline
export function erf_lanes<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? erf_f32x4(x) : erf_f64x2(x)
}
