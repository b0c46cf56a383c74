// Sums, maxima and minima along one axis of row-major [outer, count, inner] numbers.
//
// Sums are taken in float64 whatever the type, in blocks, and the blocks' sums are added with their rounding errors (TwoSum: Knuth, TAOCP 2, §4.2.2;
// Ogita, Rump & Oishi, SIAM J. Sci. Comput. 26, 2005). So the error does not grow with the count: with u = 2⁻⁵³, at most 19 u Σ|x| but for
// u² terms, and in float32 one rounding to the nearest on top.
import { lanes } from './lanes'

/** Numbers of a block along a row: 16 for each of 8 lanes. Rows of a block along a column. */
const BLOCK: usize = 128
const BLOCK_ROWS: i32 = 32
/** Columns that are summed together. */
const STRIP: i32 = 64

/** Two numbers as float64. */
// @ts-ignore: decorator
@inline
function pairAt<T>(at: usize): v128 {
  if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.load_zero<u64>(at))
  return v128.load(at)
}

/** What sum + block rounds away, next being that sum. */
// @ts-ignore: decorator
@inline
function lost(sum: f64, block: f64, next: f64): f64 {
  const part = next - sum
  return sum - (next - part) + (block - part)
}

/** The sum with what was lost. Beside an infinity that is NaN, and is left out. */
// @ts-ignore: decorator
@inline
function corrected(sum: f64, correction: f64): f64 {
  return correction == correction ? sum + correction : sum
}

/** Σ of `count` numbers side by side. */
function sumOf<T>(start: usize, count: i32): f64 {
  const width = sizeof<T>()
  let at = start
  const end = start + (count as usize) * width
  const whole = start + ((count & ~7) as usize) * width
  let sum: f64 = 0
  let correction: f64 = 0
  while (at < whole) {
    const stop = min(at + BLOCK * width, whole)
    let a = f64x2.splat(0)
    let b = f64x2.splat(0)
    let c = f64x2.splat(0)
    let d = f64x2.splat(0)
    for (; at < stop; at += 8 * width) {
      a = f64x2.add(a, pairAt<T>(at))
      b = f64x2.add(b, pairAt<T>(at + 2 * width))
      c = f64x2.add(c, pairAt<T>(at + 4 * width))
      d = f64x2.add(d, pairAt<T>(at + 6 * width))
    }
    const pair = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
    const block = f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)
    const next = sum + block
    correction += lost(sum, block, next)
    sum = next
  }
  let block: f64 = 0
  for (; at < end; at += width) block += load<T>(at) as f64
  const next = sum + block
  return corrected(next, correction + lost(sum, block, next))
}

/** block[j] += four numbers of column j, in rows that are `step` bytes apart. */
// @ts-ignore: decorator
@inline
function addFourRows<T>(block: usize, first: usize, step: usize, columns: usize): void {
  const second = first + step
  const third = second + step
  const fourth = third + step
  let j: usize = 0
  for (; j + 2 <= columns; j += 2) {
    const at = j * sizeof<T>()
    const four = f64x2.add(f64x2.add(pairAt<T>(first + at), pairAt<T>(second + at)), f64x2.add(pairAt<T>(third + at), pairAt<T>(fourth + at)))
    v128.store(block + 8 * j, f64x2.add(v128.load(block + 8 * j), four))
  }
  if (j < columns) {
    const at = j * sizeof<T>()
    const four = (load<T>(first + at) as f64) + (load<T>(second + at) as f64) + ((load<T>(third + at) as f64) + (load<T>(fourth + at) as f64))
    store<f64>(block + 8 * j, load<f64>(block + 8 * j) + four)
  }
}

/** Σ over `count` rows of up to 64 columns. The scratch holds for each the sum of a block of rows, of the blocks before it, and what those lost. */
function sumStrip<T>(start: usize, to: usize, count: i32, step: usize, columns: usize, scratch: usize): void {
  const block = scratch
  const sums = scratch + 8 * STRIP
  const corrections = sums + 8 * STRIP
  for (let j: usize = 0; j < columns; j++) {
    store<f64>(sums + 8 * j, 0)
    store<f64>(corrections + 8 * j, 0)
  }
  let row = start
  for (let left = count; left > 0; left -= BLOCK_ROWS) {
    for (let j: usize = 0; j < columns; j++) store<f64>(block + 8 * j, 0)
    let rows = min(left, BLOCK_ROWS)
    for (; rows >= 4; rows -= 4, row += 4 * step) addFourRows<T>(block, row, step, columns)
    for (; rows > 0; rows--, row += step)
      for (let j: usize = 0; j < columns; j++)
        store<f64>(block + 8 * j, load<f64>(block + 8 * j) + (load<T>(row + j * sizeof<T>()) as f64))
    for (let j: usize = 0; j < 8 * columns; j += 8) {
      const sum = load<f64>(sums + j)
      const next = sum + load<f64>(block + j)
      store<f64>(corrections + j, load<f64>(corrections + j) + lost(sum, load<f64>(block + j), next))
      store<f64>(sums + j, next)
    }
  }
  for (let j: usize = 0; j < columns; j++)
    store<T>(to + j * sizeof<T>(), corrected(load<f64>(sums + 8 * j), load<f64>(corrections + 8 * j)) as T)
}

// @ts-ignore: decorator
@inline
function sumRows<T>(x: usize, out: usize, count: i32, from: i32, to: i32): void {
  const row = (count as usize) * sizeof<T>()
  for (let i = from; i < to; i++) store<T>(out + (i as usize) * sizeof<T>(), sumOf<T>(x + (i as usize) * row, count) as T)
}

/** Strips from … to, of ⌈inner / 64⌉ for each outer index. */
// @ts-ignore: decorator
@inline
function sumColumns<T>(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, scratch: usize): void {
  const step = (inner as usize) * sizeof<T>()
  const strips = (inner + STRIP - 1) / STRIP
  for (let k = from; k < to; k++) {
    const o = k / strips
    const first = (k - o * strips) * STRIP
    const offset = (first as usize) * sizeof<T>()
    const data = x + (o as usize) * (count as usize) * step + offset
    sumStrip<T>(data, out + (o as usize) * step + offset, count, step, min(STRIP, inner - first) as usize, scratch)
  }
}

/** [outer, count] → [outer], rows from … to. */
export function sumRows_f32(x: usize, out: usize, count: i32, from: i32, to: i32, _scratch: usize): void {
  sumRows<f32>(x, out, count, from, to)
}
export function sumRows_f64(x: usize, out: usize, count: i32, from: i32, to: i32, _scratch: usize): void {
  sumRows<f64>(x, out, count, from, to)
}
/** [outer, count, inner] → [outer, inner], strips from … to. */
export function sumColumns_f32(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, scratch: usize): void {
  sumColumns<f32>(x, out, count, inner, from, to, scratch)
}
export function sumColumns_f64(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, scratch: usize): void {
  sumColumns<f64>(x, out, count, inner, from, to, scratch)
}

/** 1 where all of `count` numbers are finite: x − x is 0 for them alone. */
// @ts-ignore: decorator
@inline
function allFinite<T>(x: usize, count: i32): i32 {
  const zero = v128.splat<T>(0 as T)
  let at = x
  const end = x + (count as usize) * sizeof<T>()
  const whole = x + ((count & ~(lanes<T>() - 1)) as usize) * sizeof<T>()
  for (; at < whole; at += 16) {
    const value = v128.load(at)
    if (!i32x4.all_true(v128.eq<T>(v128.sub<T>(value, value), zero))) return 0
  }
  for (; at < end; at += sizeof<T>()) {
    const value = load<T>(at)
    if (value - value != 0) return 0
  }
  return 1
}

export function allFinite_f32(x: usize, count: i32): i32 {
  return allFinite<f32>(x, count)
}
export function allFinite_f64(x: usize, count: i32): i32 {
  return allFinite<f64>(x, count)
}
