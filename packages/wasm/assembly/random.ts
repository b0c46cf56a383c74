// Standard normals by counter: Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011) and the normal quantile, in the very order of float64
// operations of @tweedie/core, so that the bits are the same. Two numbers go side by side: those of a block in the centre, and those of the
// tails, which wait in a queue.
import { centrePair, isTail, quantilePair, tailPair } from './random-quantile'

/** Numbers 2·block and 2·block + 1 of the key's stream of uniforms on (0, 1): 52 bits and a half each, exact. */
// @ts-ignore: decorator
@inline
function uniformPair(block: u64, low: u32, high: u32): v128 {
  let c0 = block as u32
  let c1 = (block >> 32) as u32
  let c2: u32 = 0
  let c3: u32 = 0
  let k0 = low
  let k1 = high
  for (let round = 0; round < 10; round++) {
    const p0 = (0xd2511f53 as u64) * (c0 as u64)
    const p1 = (0xcd9e8d57 as u64) * (c2 as u64)
    c0 = ((p1 >> 32) as u32) ^ c1 ^ k0
    c1 = p1 as u32
    c2 = ((p0 >> 32) as u32) ^ c3 ^ k1
    c3 = p0 as u32
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  const even = (((c0 >> 6) as u64) << 26) | ((c1 >> 6) as u64)
  const odd = (((c2 >> 6) as u64) << 26) | ((c3 >> 6) as u64)
  const bits = f64x2.replace_lane(f64x2.splat(even as f64), 1, odd as f64)
  return f64x2.mul(f64x2.add(bits, f64x2.splat(0.5)), f64x2.splat(2.220446049250313e-16))
}

/** Numbers 2·block and 2·block + 1 of the key's stream of normals. */
// @ts-ignore: decorator
@inline
function normalPair(block: u64, low: u32, high: u32): v128 {
  return quantilePair(uniformPair(block, low, high))
}

// @ts-ignore: decorator
@inline
function storePair<T>(at: usize, pair: v128): void {
  if (sizeof<T>() == 8) v128.store(at, pair)
  else v128.store_lane<u64>(at, f32x4.demote_f64x2_zero(pair), 0)
}

/** Numbers between two looks at the queue, which has 16 bytes for each and one more. */
const QUEUE: usize = 252

/** Elements from … to of a tensor: numbers first + from … of the stream. Places are float64 as in @tweedie/core, so they are rounded beyond 2⁵³. */
// @ts-ignore: decorator
@inline
function normal<T>(out: usize, low: u32, high: u32, first: f64, from: i32, to: i32, queue: usize): void {
  const width = sizeof<T>()
  let at = out + (from as usize) * width
  const end = out + (to as usize) * width
  if (first + (to as f64) > 9007199254740992) {
    for (let e = from; e < to; e++, at += width) {
      const place = (first + (e as f64)) as u64
      const pair = normalPair(place >> 1, low, high)
      store<T>(at, (place & 1 ? f64x2.extract_lane(pair, 1) : f64x2.extract_lane(pair, 0)) as T)
    }
    return
  }
  let place = (first as u64) + (from as u64)
  if (at < end && place & 1) {
    store<T>(at, f64x2.extract_lane(normalPair(place >> 1, low, high), 1) as T)
    place++
    at += width
  }
  while (at + 2 * width <= end) {
    // Every number as if it were in the centre; those that are not go to the queue: the uniform number, and where its normal belongs.
    const stop = min(at + QUEUE * width, end - (width - 1))
    let waiting: usize = 0
    for (; at + width < stop; place += 2, at += 2 * width) {
      const p = uniformPair(place >> 1, low, high)
      const q = f64x2.sub(p, f64x2.splat(0.5))
      storePair<T>(at, centrePair(q))
      const tails = i64x2.bitmask(isTail(q))
      store<f64>(queue + 16 * waiting, f64x2.extract_lane(p, 0))
      store<u32>(queue + 16 * waiting, at as u32, 8)
      waiting += tails & 1
      store<f64>(queue + 16 * waiting, f64x2.extract_lane(p, 1))
      store<u32>(queue + 16 * waiting, (at + width) as u32, 8)
      waiting += tails >> 1
    }
    for (let k: usize = 0; k < waiting; k += 2) {
      // An odd one out is done twice.
      const first = queue + 16 * k
      const second = queue + 16 * min(k + 1, waiting - 1)
      const pair = tailPair(f64x2.replace_lane(v128.load_splat<u64>(first), 1, load<f64>(second)))
      store<T>(load<u32>(first, 8) as usize, f64x2.extract_lane(pair, 0) as T)
      store<T>(load<u32>(second, 8) as usize, f64x2.extract_lane(pair, 1) as T)
    }
  }
  if (at < end) store<T>(at, f64x2.extract_lane(normalPair(place >> 1, low, high), 0) as T)
}

export function normal_f32(out: usize, low: u32, high: u32, first: f64, from: i32, to: i32, scratch: usize): void {
  normal<f32>(out, low, high, first, from, to, scratch)
}
export function normal_f64(out: usize, low: u32, high: u32, first: f64, from: i32, to: i32, scratch: usize): void {
  normal<f64>(out, low, high, first, from, to, scratch)
}

/** The normal quantile of p in (0, 1): for tests of the tails, which a stream reaches once in 10¹⁰ numbers. */
export function inverseNormal_f64(p: f64): f64 {
  return f64x2.extract_lane(quantilePair(f64x2.splat(p)), 0)
}
