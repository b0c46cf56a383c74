/** out[from … to) = value. */
// @ts-ignore: decorator
@inline
function fill<T>(out: usize, value: T, from: i32, to: i32): void {
  const vector = v128.splat<T>(value)
  let at = out + (from as usize) * sizeof<T>()
  const end = out + (to as usize) * sizeof<T>()
  for (; at + 16 <= end; at += 16) v128.store(at, vector)
  for (; at < end; at += sizeof<T>()) store<T>(at, value)
}

export function fill_f32(out: usize, value: f64, from: i32, to: i32, _scratch: usize): void {
  fill<f32>(out, value as f32, from, to)
}
export function fill_f64(out: usize, value: f64, from: i32, to: i32, _scratch: usize): void {
  fill<f64>(out, value, from, to)
}
