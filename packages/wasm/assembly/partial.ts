// The last numbers of an array that do not fill a vector. Nothing beyond them is read or written.
import { lanes } from './lanes'

/** `count` numbers, 1 to all lanes; the lanes beyond are 0. */
// @ts-ignore: decorator
@inline
export function loadPart<T>(at: usize, count: i32): v128 {
  if (count >= lanes<T>()) return v128.load(at)
  if (sizeof<T>() == 8) return v128.load64_zero(at)
  if (count == 1) return v128.load32_zero(at)
  const pair = v128.load64_zero(at)
  return count == 2 ? pair : v128.load_lane<u32>(at, pair, 2, 8)
}

/** Stores the first `count` lanes. */
// @ts-ignore: decorator
@inline
export function storePart<T>(at: usize, value: v128, count: i32): void {
  if (count >= lanes<T>()) return v128.store(at, value)
  if (sizeof<T>() == 8) return v128.store_lane<u64>(at, value, 0)
  if (count == 1) return v128.store_lane<u32>(at, value, 0)
  v128.store_lane<u64>(at, value, 0)
  if (count == 3) v128.store_lane<u32>(at, value, 2, 8)
}
