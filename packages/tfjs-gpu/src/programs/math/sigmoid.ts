// The logistic function: 1/(1 + e⁻ˣ) for x ≥ 0, eˣ/(1 + eˣ) below.
// Largest error found on SwiftShader: WGSL 2.33 ulp, GLSL the same.

export const sigmoid = `
fn sigmoidOf(x : f32) -> f32 {
  let tail : f32 = expWithin(max(-abs(x), -104.0));
  return nanOf(x, select(tail, 1.0, x >= 0.0) / (1.0 + tail));
}
`
