// The error function: erf |x| = |x| + |x| P(x²) below 0.84375, P of degree 5 by minimax (error 6e-9); 1 − e^(−Q(|x|)) above, Q the polynomial of degree 6
// that is nearest to −ln erfc when weighted with erfc (error 2e-9 of the result). The sign is x's.
// Largest error found on SwiftShader: WGSL 1.39 ulp, GLSL the same.

export const erf = `
fn erfOf(x : f32) -> f32 {
  let a : f32 = min(abs(x), 4.0);
  let z : f32 = a * a;
  let p : f32 = ((((-0.000635999255 * z + 0.00505867833) * z - 0.0268070213) * z + 0.112828247) * z - 0.376125813) * z + 0.128379166;
  let q : f32 = (((((0.000204179916 * a - 0.0031228736) * a + 0.0225393716) * a - 0.10456863) * a - 0.636469781) * a - 1.12809038) * a
    - 9.74173527e-05;
  var value : f32 = select(1.0 - expWithin(q), a + a * p, a < 0.84375);
  // There the square may be flushed to 0, and so may a P.
  value = select(value, a * 1.128379167, a < 0.0001);
  return nanOf(x, withSign(value, x));
}
`
