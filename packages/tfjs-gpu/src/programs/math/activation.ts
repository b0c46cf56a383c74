// Activations, and their slopes times an adjoint v: from the output y for tanh, v (1 − y²), and relu, v where y > 0; from the input x for silu,
// v s (1 + x (1 − s)) with s = sigmoid x, and gelu, v (½ (1 + erf(x/√2)) + x e^(−x²/2)/√(2π)). Silu and gelu are NaN at −Infinity, their slopes at either.

import { erf } from './erf.js'
import { exp } from './exp.js'
import { numbers } from './numbers.js'
import { order } from './order.js'
import { sigmoid } from './sigmoid.js'
import { tanh } from './tanh.js'

/** What each needs, the functions of numbers and of order apart. */
const needs = { tanh: `${exp}${tanh}`, relu: '', silu: `${exp}${sigmoid}`, gelu: `${exp}${erf}` }

const activated = {
  tanh: 'fn activated(x : f32) -> f32 { return tanhOf(x); }',
  relu: 'fn activated(x : f32) -> f32 { return maximumOf(x, 0.0); }',
  silu: 'fn activated(x : f32) -> f32 { return nanBelow(x, x * sigmoidOf(x)); }',
  gelu: 'fn activated(x : f32) -> f32 { return nanBelow(x, (0.5 * x) * kept(erfOf(x * 0.707106781) + 1.0)); }',
}

const sloped = {
  tanh: 'fn sloped(v : f32, y : f32) -> f32 { return v * kept(1.0 - y * y); }',
  relu: 'fn sloped(v : f32, y : f32) -> f32 { return fromBits(select(0u, bitcast<u32>(v), exceeds(y, 0.0) == 1.0)); }',
  silu: `fn sloped(v : f32, x : f32) -> f32 {
  let s : f32 = sigmoidOf(x);
  return nanOutside(x, v * (s * (x * kept(1.0 - s) + 1.0)));
}`,
  gelu: `fn sloped(v : f32, x : f32) -> f32 {
  let below : f32 = 0.5 * kept(erfOf(x * 0.707106781) + 1.0);
  let density : f32 = expOf(-0.5 * (x * x)) * 0.398942280;
  return nanOutside(x, v * (below + x * density));
}`,
}

const infinite = `
fn nanBelow(x : f32, value : f32) -> f32 {
  return nanOf(x, fromBits(select(bitcast<u32>(value), 0x7fc00000u, bitcast<u32>(x) == 0xff800000u)));
}
fn nanOutside(x : f32, value : f32) -> f32 {
  return nanOf(x, fromBits(select(0x7fc00000u, bitcast<u32>(value), isFinite(x))));
}
`

export type Curved = keyof typeof needs

/** `activated(x)`, and what it needs. */
export const activatedCode = (activation: Curved): string => `${numbers}${order}${infinite}${needs[activation]}${activated[activation]}\n`
/** `sloped(v, kept)`, and what it needs. */
export const slopedCode = (activation: Curved): string => `${numbers}${order}${infinite}${needs[activation]}${sloped[activation]}\n`
