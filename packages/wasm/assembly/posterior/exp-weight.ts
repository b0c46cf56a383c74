// e^x in two float64 lanes for −100 ≤ x ≤ 100 or NaN: 2ⁿ eʳ with |r| ≤ ln 2/2, ln 2 subtracted in two parts of which n times the first is exact
// (Cody & Waite 1980), and eʳ by its Taylor polynomial of degree 13, whose remainder is 5·10⁻¹⁸.
import { madd, nmadd } from '../lanes'

const table = memory.data<f64>([
  1.4426950408889634, // 1/ln 2
  6755399441055744 + 1023, // 3 · 2⁵¹: rounds what is added to it; with the exponent's bias
  0.693147180369123816490, // ln 2, the first 32 bits
  1.90821492927058770002e-10, // and the rest
  1.605904383682161460e-10, // 1/13!
  2.087675698786809898e-9,
  2.505210838544171878e-8,
  2.755731922398589065e-7,
  2.755731922398589065e-6,
  2.480158730158730159e-5,
  1.984126984126984127e-4,
  1.388888888888888889e-3,
  8.333333333333333333e-3,
  4.166666666666666667e-2,
  1.666666666666666667e-1,
  0.5,
  1,
  1,
])

// @ts-ignore: decorator
@inline
function entry(index: usize): v128 {
  return v128.load64_splat(table + (index << 3))
}

// @ts-ignore: decorator
@inline
export function expWeight(x: v128): v128 {
  const shift = entry(1)
  const shifted = madd<f64>(x, entry(0), shift)
  const n = f64x2.sub(shifted, shift)
  const r = nmadd<f64>(n, entry(3), nmadd<f64>(n, entry(2), x))
  let p = entry(4)
  for (let k: usize = 5; k < 18; k++) p = madd<f64>(p, r, entry(k))
  return f64x2.mul(p, i64x2.shl(shifted, 52))
}
