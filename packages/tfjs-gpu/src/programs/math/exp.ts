// eˣ = 2ⁿ eʳ with n = round(x/ln 2) and |r| ≤ ln 2/2; eʳ = 1 + r + r² P(r), P of degree 4 by minimax of the relative error (3e-9).
// ln 2 is subtracted in two parts, of which n times the first is exact (Cody & Waite 1980). 2ⁿ comes in two factors, for n reaches from −150 to 128.
// Largest error found on SwiftShader: WGSL 0.96 ulp, GLSL the same.

export const exp = `
fn powerOfTwo(n : i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }

// For −104 ≤ x ≤ 89; anything else gives nonsense.
fn expWithin(x : f32) -> f32 {
  let n : f32 = floor(x * 1.44269504 + 0.5);
  let r : f32 = kept(x - n * 0.693359375) + n * 2.12194440e-4;
  let p : f32 = (((0.00138145383 * r + 0.00836874545) * r + 0.041668389) * r + 0.166665211) * r + 0.49999994;
  let first : i32 = i32(n) >> 1u;
  return kept((1.0 + (r + r * r * p)) * powerOfTwo(first)) * powerOfTwo(i32(n) - first);
}

fn expOf(x : f32) -> f32 {
  let bits : u32 = bitcast<u32>(x);
  var found : u32 = bitcast<u32>(expWithin(clamp(x, -104.0, 89.0)));
  // From 88.72284 on Infinity, from −104 down 0; NaN is beyond either.
  found = select(found, 0x7f800000u, bits >= 0x42b17218u && bits < 0x80000000u);
  found = select(found, 0u, bits >= 0xc2d00000u);
  return nanOf(x, bitcast<f32>(found));
}
`
