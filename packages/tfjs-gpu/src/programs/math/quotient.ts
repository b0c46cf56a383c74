// a/b as s_a/s_b · 2ⁿ, the significands in [1, 2): the device's own quotient q, which WGSL promises to 2.5 ulp, and one correction (s_a − q s_b)/s_b, where
// the product is subtracted exactly in parts of 12 bits (Dekker, Numer. Math. 18, 1971). Zeros, infinities and NaN by their bits.
// Largest error found on SwiftShader: WGSL 0.5 ulp.

export const quotient = `
fn powerOfTwo(n : i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }

// The bits of |x|; those of a denormal number times 2¹⁴⁹, a whole number.
fn normalBits(x : f32) -> u32 {
  let bits : u32 = bitcast<u32>(x) & 0x7fffffffu;
  return select(bits, bitcast<u32>(f32(bits)), bits < 0x00800000u);
}

fn significandOf(normal : u32) -> f32 { return bitcast<f32>((normal & 0x007fffffu) | 0x3f800000u); }

fn exponentOf(normal : u32, x : f32) -> i32 {
  return i32(normal >> 23u) - select(127, 276, (bitcast<u32>(x) & 0x7fffffffu) < 0x00800000u);
}

fn quotientOf(a : f32, b : f32) -> f32 {
  let normalA : u32 = normalBits(a);
  let normalB : u32 = normalBits(b);
  let sa : f32 = significandOf(normalA);
  let sb : f32 = significandOf(normalB);
  let q : f32 = sa / sb;
  let upperQ : f32 = bitcast<f32>(bitcast<u32>(q) & 0xfffff000u);
  let upperB : f32 = bitcast<f32>(bitcast<u32>(sb) & 0xfffff000u);
  let lowerQ : f32 = kept(q - upperQ);
  let lowerB : f32 = kept(sb - upperB);
  let left : f32 = kept(kept(kept(sa - upperQ * upperB) - upperQ * lowerB) - lowerQ * upperB) - lowerQ * lowerB;
  let n : i32 = clamp(exponentOf(normalA, a) - exponentOf(normalB, b), -252, 254);
  let value : f32 = kept((q + left / sb) * powerOfTwo(n >> 1u)) * powerOfTwo(n - (n >> 1u));
  // x/Infinity and 0/x are 0, x/0 and Infinity/x Infinity, the remaining quotients of these NaN.
  let bitsA : u32 = bitcast<u32>(a) & 0x7fffffffu;
  let bitsB : u32 = bitcast<u32>(b) & 0x7fffffffu;
  let least : bool = bitsA == 0u || bitsB == 0x7f800000u;
  let most : bool = bitsA == 0x7f800000u || bitsB == 0u;
  var found : u32 = select(select(bitcast<u32>(value), 0u, least), 0x7f800000u, most);
  found = found | ((bitcast<u32>(a) ^ bitcast<u32>(b)) & 0x80000000u);
  found = select(found, 0x7fc00000u, least && most);
  return nanOf(a, nanOf(b, fromBits(found)));
}
`
