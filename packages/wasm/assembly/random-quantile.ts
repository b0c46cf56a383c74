// The normal quantile by Wichura's algorithm AS 241, PPND16 (Applied Statistics 37, 1988), two numbers side by side, in the very order of float64 operations
// of @tweedie/core's inverseNormal and portableLog. No fused multiply-add here, or the bits would differ.

/** Coefficients from the highest power down, each for two lanes. */
const CENTRE_NUMERATOR = memory.data<f64>([
  2.509080928730122672e3, 2.509080928730122672e3, 3.3430575583588128105e4, 3.3430575583588128105e4,
  6.7265770927008700853e4, 6.7265770927008700853e4, 4.5921953931549871457e4, 4.5921953931549871457e4,
  1.3731693765509461125e4, 1.3731693765509461125e4, 1.9715909503065514427e3, 1.9715909503065514427e3,
  1.3314166789178437745e2, 1.3314166789178437745e2, 3.387132872796366608, 3.387132872796366608,
])
const CENTRE_DENOMINATOR = memory.data<f64>([
  5.226495278852545925e3, 5.226495278852545925e3, 2.8729085735721942674e4, 2.8729085735721942674e4,
  3.930789580009271061e4, 3.930789580009271061e4, 2.1213794301586595867e4, 2.1213794301586595867e4,
  5.394196021424751108e3, 5.394196021424751108e3, 6.871870074920579083e2, 6.871870074920579083e2,
  4.2313330701600911252e1, 4.2313330701600911252e1, 1, 1,
])

/** Horner's rule with eight coefficients. */
// @ts-ignore: decorator
@inline
function polynomialPair(r: v128, coefficients: usize): v128 {
  let value = f64x2.add(f64x2.mul(v128.load(coefficients), r), v128.load(coefficients, 16))
  value = f64x2.add(f64x2.mul(value, r), v128.load(coefficients, 32))
  value = f64x2.add(f64x2.mul(value, r), v128.load(coefficients, 48))
  value = f64x2.add(f64x2.mul(value, r), v128.load(coefficients, 64))
  value = f64x2.add(f64x2.mul(value, r), v128.load(coefficients, 80))
  value = f64x2.add(f64x2.mul(value, r), v128.load(coefficients, 96))
  return f64x2.add(f64x2.mul(value, r), v128.load(coefficients, 112))
}

const MIDDLE_NUMERATOR = memory.data<f64>([
  7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
])
const MIDDLE_DENOMINATOR = memory.data<f64>([
  1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
  6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1,
])
const FAR_NUMERATOR = memory.data<f64>([
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3, 2.6532189526576123093e-2,
  2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
])
const FAR_DENOMINATOR = memory.data<f64>([
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  1.48753612908506148525e-2, 1.3692988092273580531e-1, 5.9983220655588793769e-1, 1,
])

/** The same with coefficients that are there once. */
// @ts-ignore: decorator
@inline
function tailPolynomialPair(r: v128, coefficients: usize): v128 {
  let value = f64x2.add(f64x2.mul(v128.load_splat<u64>(coefficients), r), v128.load_splat<u64>(coefficients, 8))
  value = f64x2.add(f64x2.mul(value, r), v128.load_splat<u64>(coefficients, 16))
  value = f64x2.add(f64x2.mul(value, r), v128.load_splat<u64>(coefficients, 24))
  value = f64x2.add(f64x2.mul(value, r), v128.load_splat<u64>(coefficients, 32))
  value = f64x2.add(f64x2.mul(value, r), v128.load_splat<u64>(coefficients, 40))
  value = f64x2.add(f64x2.mul(value, r), v128.load_splat<u64>(coefficients, 48))
  return f64x2.add(f64x2.mul(value, r), v128.load_splat<u64>(coefficients, 56))
}

// @ts-ignore: decorator
@inline
function polynomial(r: f64, coefficients: usize): f64 {
  let value = load<f64>(coefficients) * r + load<f64>(coefficients, 8)
  value = value * r + load<f64>(coefficients, 16)
  value = value * r + load<f64>(coefficients, 24)
  value = value * r + load<f64>(coefficients, 32)
  value = value * r + load<f64>(coefficients, 40)
  value = value * r + load<f64>(coefficients, 48)
  return value * r + load<f64>(coefficients, 56)
}

/** 1/27, 1/25, … 1/3. */
const ODD_RECIPROCALS = memory.data<f64>([
  0.037037037037037035, 0.04, 0.043478260869565216, 0.047619047619047616, 0.05263157894736842, 0.058823529411764705, 0.06666666666666667,
  0.07692307692307693, 0.09090909090909091, 0.1111111111111111, 0.14285714285714285, 0.2, 0.3333333333333333,
])

/** ln x for positive normal x: `portableLog`. */
// @ts-ignore: decorator
@inline
function portableLogPair(x: v128): v128 {
  let mantissa = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000))
  const large = f64x2.gt(mantissa, f64x2.splat(1.4142135623730951))
  mantissa = v128.bitselect(f64x2.mul(mantissa, f64x2.splat(0.5)), mantissa, large)
  // The mask of what is true is −1.
  const whole = i64x2.sub(i64x2.sub(i64x2.shr_u(x, 52), i64x2.splat(1023)), large)
  const exponent = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(whole, whole, 0, 2, 0, 2))
  const one = f64x2.splat(1)
  const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one))
  const z = f64x2.mul(s, s)
  let series = f64x2.splat(0)
  for (let k: usize = 0; k < 13 * 8; k += 8) series = f64x2.mul(f64x2.add(series, v128.load_splat<u64>(ODD_RECIPROCALS + k)), z)
  const rest = f64x2.mul(f64x2.splat(2), f64x2.add(s, f64x2.mul(s, series)))
  const low = f64x2.add(f64x2.mul(exponent, f64x2.splat(1.90821492927058770002e-10)), rest)
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(6.9314718036912381649e-1)), low)
}

/** The third rational function, beyond 6.6 standard deviations: once in 10¹⁰ numbers. */
function farNormal(tail: f64): f64 {
  return polynomial(tail - 5, FAR_NUMERATOR) / polynomial(tail - 5, FAR_DENOMINATOR)
}

/** The normal quantile of two numbers with |p − ½| > 0.425. */
// @ts-ignore: decorator
@inline
export function tailPair(p: v128): v128 {
  const below = f64x2.lt(p, f64x2.splat(0.5))
  const outer = v128.bitselect(p, f64x2.sub(f64x2.splat(1), p), below)
  const tail = f64x2.sqrt(f64x2.neg(portableLogPair(outer)))
  const r = f64x2.sub(tail, f64x2.splat(1.6))
  let value = f64x2.div(tailPolynomialPair(r, MIDDLE_NUMERATOR), tailPolynomialPair(r, MIDDLE_DENOMINATOR))
  const far = i64x2.bitmask(f64x2.gt(tail, f64x2.splat(5)))
  if (far & 1) value = f64x2.replace_lane(value, 0, farNormal(f64x2.extract_lane(tail, 0)))
  if (far & 2) value = f64x2.replace_lane(value, 1, farNormal(f64x2.extract_lane(tail, 1)))
  return v128.bitselect(f64x2.neg(value), value, below)
}

/** The normal quantile of two numbers with |p − ½| ≤ 0.425. */
// @ts-ignore: decorator
@inline
export function centrePair(q: v128): v128 {
  const r = f64x2.sub(f64x2.splat(0.180625), f64x2.mul(q, q))
  return f64x2.div(f64x2.mul(q, polynomialPair(r, CENTRE_NUMERATOR)), polynomialPair(r, CENTRE_DENOMINATOR))
}

// @ts-ignore: decorator
@inline
export function isTail(q: v128): v128 {
  return f64x2.gt(f64x2.abs(q), f64x2.splat(0.425))
}

/** The normal quantile of two numbers. */
export function quantilePair(p: v128): v128 {
  const q = f64x2.sub(p, f64x2.splat(0.5))
  const tails = isTail(q)
  const value = centrePair(q)
  return v128.any_true(tails) ? v128.bitselect(tailPair(p), value, tails) : value
}
