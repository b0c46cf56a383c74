// √x with one step of Newton's from the device's own root y, which WGSL promises no accuracy of: y + (x − y²)/(2y), where x is scaled by a power of 4 to
// [1, 4) and x − y² is exact but for its last rounding, since y is split into two numbers of 12 bits (Dekker, Numer. Math. 18, 1971).
// Largest error found on SwiftShader: WGSL 0.5 ulp, GLSL the same.

export const sqrt = `
fn sqrtOf(x : f32) -> f32 {
  let bits : u32 = bitcast<u32>(x);
  let small : bool = bits < 0x00800000u;
  let normal : u32 = select(bits, bitcast<u32>(f32(bits)), small);
  // x = s 4ⁿ with 1 ≤ s < 4; a denormal number is its bits, as an integer, times 2⁻¹⁴⁹ = ½ 4⁻⁷⁴.
  let scaled : u32 = select(normal, normal - 0x00800000u, small);
  let n : i32 = (i32(scaled) - 0x3f800000) >> 24u;
  let s : f32 = bitcast<f32>(scaled - (u32(n) << 24u));
  let y : f32 = sqrt(s);
  let upper : f32 = bitcast<f32>(bitcast<u32>(y) & 0xfffff000u);
  let lower : f32 = y - upper;
  let left : f32 = kept(kept(s - upper * upper) - 2.0 * upper * lower) - lower * lower;
  let root : u32 = bitcast<u32>(y + left / (2.0 * y)) + (u32(n - select(0, 74, small)) << 23u);
  // ±0 and Infinity themselves, NaN below.
  var found : u32 = select(root, 0x7fc00000u, bits > 0x80000000u);
  found = select(found, bits, (bits << 1u) == 0u || bits == 0x7f800000u);
  return nanOf(x, bitcast<f32>(found));
}
`
