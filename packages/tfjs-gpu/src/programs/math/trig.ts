// Sine and cosine, for arguments of any size. x = n π/2 + r with |r| ≤ π/4. Below 128, π/2 in three parts, of which n times the first two are exact (Cody &
// Waite 1980); from there on the fraction of x · 2/π in integers, from the 96 bits of 2/π that x does not make whole multiples of 4 (Payne & Hanek 1983).
// sin r = r + r³ P(r²) and cos r = 1 − r²/2 + r⁴ Q(r²), P and Q of degree 2 by minimax (Moshier, Cephes, sinf.c).
// Largest error found on SwiftShader: WGSL 2.35 ulp, GLSL the same (1.5 below 128).

export const trig = `
// 32 bits of 2⁻² · 2/π from bit 32k on.
fn wordOfTwoOverPi(k : i32) -> u32 {
  var word : u32 = select(0u, 0x28be60dbu, k == 0);
  word = select(word, 0x9391054au, k == 1);
  word = select(word, 0x7f09d5f4u, k == 2);
  word = select(word, 0x7d4d3770u, k == 3);
  word = select(word, 0x36d8a566u, k == 4);
  word = select(word, 0x4f10e410u, k == 5);
  return select(word, 0x7f9458eau, k == 6);
}

// 32 bits of two words, from a bit of the first on.
fn bitsFrom(word : u32, next : u32, shift : u32) -> u32 {
  return (word << shift) | select(next >> ((32u - shift) & 31u), 0u, shift == 0u);
}

// The upper 32 bits of a product.
fn upperProduct(a : u32, b : u32) -> u32 {
  let a0 : u32 = a & 0xffffu;
  let a1 : u32 = a >> 16u;
  let b0 : u32 = b & 0xffffu;
  let b1 : u32 = b >> 16u;
  let middle : u32 = a1 * b0 + ((a0 * b0) >> 16u);
  let other : u32 = a0 * b1 + (middle & 0xffffu);
  return a1 * b1 + (middle >> 16u) + (other >> 16u);
}

// r and n modulo 4 for 1 ≤ |x| < Infinity.
fn reducedLarge(x : f32) -> vec2f {
  let bits : u32 = bitcast<u32>(x) & 0x7fffffffu;
  let significand : u32 = (bits << 8u) | 0x80000000u;
  let exponent : i32 = i32(bits >> 23u) - 126;
  let k : i32 = exponent >> 5u;
  let shift : u32 = u32(exponent) & 31u;
  let second : u32 = wordOfTwoOverPi(k);
  let third : u32 = wordOfTwoOverPi(k + 1);
  let middle : u32 = bitsFrom(second, third, shift);
  // x · 2/π modulo 4, its whole part in two bits and its fraction in 62.
  let carried : u32 = upperProduct(significand, bitsFrom(third, wordOfTwoOverPi(k + 2), shift));
  var low : u32 = significand * middle + carried;
  var high : u32 = upperProduct(significand, middle) + significand * bitsFrom(wordOfTwoOverPi(k - 1), second, shift);
  high = high + select(0u, 1u, low < carried);
  var quadrant : i32 = i32(high >> 30u);
  high = high & 0x3fffffffu;
  let above : bool = high >= 0x20000000u;
  if (above) {
    quadrant = quadrant + 1;
    high = 0x40000000u - high - select(0u, 1u, low != 0u);
    low = 0u - low;
  }
  // The fraction, times 2³⁰, in two parts; times 2⁻³⁰ · π/2 in two parts.
  let first : f32 = f32(high & 0xffffff00u);
  let rest : f32 = f32(high & 0xffu) + f32(low) * 2.3283064365386963e-10;
  let r : f32 = (first * 1.5707963705062866 + (rest * 1.5707963705062866 - first * 4.371138828673793e-08)) * 9.313225746154785e-10;
  let negative : bool = x < 0.0;
  return vec2f(select(r, -r, above != negative), f32(select(quadrant, -quadrant, negative)));
}

fn reducedAngle(x : f32) -> vec2f {
  let n : f32 = floor(x * 0.636619772 + 0.5);
  let r : f32 = kept(kept(x - n * 1.5707855224609375) - n * 1.0804273188114166e-05) - n * 6.07710062827671e-11;
  var reduced : vec2f = vec2f(r, n);
  // A loop of one round or none, since renderers in software walk through what an if leaves out.
  let rounds : i32 = select(0, 1, abs(x) >= 128.0);
  for (var k : i32 = 0; k < rounds; k = k + 1) { reduced = reducedLarge(x); }
  return reduced;
}

// sin(x + quarters · π/2).
fn sineOf(x : f32, quarters : i32) -> f32 {
  let reduced : vec2f = reducedAngle(x);
  let r : f32 = reduced.x;
  let quadrant : i32 = i32(reduced.y) + quarters;
  let z : f32 = r * r;
  let sine : f32 = r + r * (z * ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1));
  let cosine : f32 = 1.0 - (0.5 * z - z * z * ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2));
  let value : f32 = select(sine, cosine, (quadrant & 1) == 1);
  let found : u32 = bitcast<u32>(value) ^ select(0u, 0x80000000u, (quadrant & 2) == 2);
  return nanOf(x, bitcast<f32>(select(0x7fc00000u, found, isFinite(x))));
}

fn cosOf(x : f32) -> f32 { return sineOf(x, 1); }
// Below 2⁻¹² the sine is x.
fn sinOf(x : f32) -> f32 { return fromBits(select(bitcast<u32>(sineOf(x, 0)), bitcast<u32>(x), abs(x) < 0.000244140625)); }
`
