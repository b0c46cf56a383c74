// tanh |x| = |x| + |x|³ P(x²) below 0.625, P of degree 4 by minimax of the relative error (4e-9); 1 − 2/(e^(2|x|) + 1) above. The sign is x's.
// Largest error found on SwiftShader: WGSL 1.28 ulp, GLSL the same.

export const tanh = `
fn tanhOf(x : f32) -> f32 {
  let a : f32 = min(abs(x), 10.0);
  let z : f32 = a * a;
  let p : f32 = (((-0.00570497848 * z + 0.0206390787) * z - 0.0537397116) * z + 0.133314416) * z - 0.333332807;
  let value : f32 = select(1.0 - 2.0 / (expWithin(2.0 * a) + 1.0), a + a * (z * p), a < 0.625);
  return nanOf(x, withSign(value, x));
}
`
