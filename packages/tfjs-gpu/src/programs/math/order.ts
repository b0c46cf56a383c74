// Comparisons by bits, as integers in the order of the numbers: exact where the device flushes denormal numbers, and no compiler loses NaN.

export const order = `
// Larger numbers have larger integers; those of −0 and 0 are −1 and 0, those of NaN beyond the infinities.
fn orderOf(x : f32) -> i32 {
  let bits : i32 = i32(bitcast<u32>(x));
  return bits ^ ((bits >> 31u) & 0x7fffffff);
}

fn maximumOf(a : f32, b : f32) -> f32 {
  let larger : u32 = select(bitcast<u32>(b), bitcast<u32>(a), orderOf(a) > orderOf(b));
  return nanOf(a, nanOf(b, fromBits(larger)));
}

fn minimumOf(a : f32, b : f32) -> f32 {
  let smaller : u32 = select(bitcast<u32>(b), bitcast<u32>(a), orderOf(a) < orderOf(b));
  return nanOf(a, nanOf(b, fromBits(smaller)));
}

fn isZero(x : f32) -> bool { return (bitcast<u32>(x) << 1u) == 0u; }

fn equals(a : f32, b : f32) -> f32 {
  let same : bool = bitcast<u32>(a) == bitcast<u32>(b) || (isZero(a) && isZero(b));
  return select(0.0, 1.0, same && !isNan(a));
}

fn exceeds(a : f32, b : f32) -> f32 {
  let above : bool = orderOf(a) > orderOf(b) && !(isZero(a) && isZero(b));
  return select(0.0, 1.0, above && !isNan(a) && !isNan(b));
}

fn chosen(condition : f32, a : f32, b : f32) -> f32 { return fromBits(select(bitcast<u32>(a), bitcast<u32>(b), isZero(condition))); }
`
