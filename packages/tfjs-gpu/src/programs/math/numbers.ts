// Numbers by their bits. Compilers of shaders may assume that there are no NaN and no infinities, may sum in another order and may fuse products into sums;
// they know nothing of bits, nor of the uniform `opaque`, which is 0.

export const numbers = `
fn isNan(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn isFinite(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }

// The number with these bits, which may be NaN or an infinity.
fn fromBits(bits : u32) -> f32 { return bitcast<f32>(bits ^ u32(uniforms.opaque)); }

// x itself, rounded to float32 here: nothing is summed across it.
fn kept(x : f32) -> f32 { return fromBits(bitcast<u32>(x)); }

// |x| with the sign of another number.
fn withSign(x : f32, other : f32) -> f32 { return fromBits((bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(other) & 0x80000000u)); }

// A value, but NaN where the operand is.
fn nanOf(operand : f32, value : f32) -> f32 { return fromBits(select(bitcast<u32>(value), bitcast<u32>(operand), isNan(operand))); }
`
