// ln x = n ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2; ln(1 + f) = f − f²/2 + f³ P(f), P of degree 7 by minimax of the relative error (6e-9).
// ln 2 comes in two parts, of which n times the first is exact (Cody & Waite 1980). A denormal number is its bits, as an integer, times 2⁻¹⁴⁹.
// Largest error found on SwiftShader: WGSL 0.81 ulp, GLSL the same.

export const log = `
fn logOf(x : f32) -> f32 {
  let bits : u32 = bitcast<u32>(x);
  let small : bool = bits < 0x00800000u;
  let normal : u32 = select(bits, bitcast<u32>(f32(bits)), small);
  // Relative to √½ the exponent's bits are n, and what is left over √½ is the significand.
  let exponent : i32 = (i32(normal) - 0x3f3504f3) >> 23u;
  let f : f32 = bitcast<f32>(normal - (u32(exponent) << 23u)) - 1.0;
  let n : f32 = f32(exponent) - select(0.0, 149.0, small);
  let p : f32 = ((((((-0.0763442963 * f + 0.127615497) * f - 0.131601945) * f + 0.142017618) * f - 0.166233569) * f + 0.200012267) * f
    - 0.250008225) * f + 0.333333313;
  let square : f32 = f * f;
  let tail : f32 = kept(p * f * square - n * 2.12194440e-4) - 0.5 * square;
  var found : u32 = bitcast<u32>(n * 0.693359375 + kept(f + tail));
  // −Infinity at ±0, NaN below, Infinity and NaN themselves.
  found = select(found, 0x7fc00000u, bits > 0x80000000u);
  found = select(found, 0xff800000u, (bits << 1u) == 0u);
  found = select(found, bits, bits >= 0x7f800000u && bits < 0x80000000u);
  return nanOf(x, bitcast<f32>(found));
}
`
