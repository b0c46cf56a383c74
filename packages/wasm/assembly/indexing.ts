// Numbers moved as they are: as whole numbers of their width, so that no NaN loses its bits. Lengths and strides count numbers, or bytes where it is said.

/** Runs shorter than this are copied in a loop: a call of memory.copy costs as much. */
const RUN: usize = 256

/** Copies bytes, a multiple of 4. */
// @ts-ignore: decorator
@inline
function copyRun(from: usize, to: usize, bytes: usize): void {
  if (bytes >= RUN) memory.copy(to, from, bytes)
  else {
    let k: usize = 0
    for (; k + 16 <= bytes; k += 16) v128.store(to + k, v128.load(from + k))
    for (; k < bytes; k += 4) store<u32>(to + k, load<u32>(from + k))
  }
}

/** Rows of so many bytes, `fromStep` bytes apart, to where they are `toStep` bytes apart. */
export function copyRows(x: usize, out: usize, bytes: usize, fromStep: usize, toStep: usize, from: i32, to: i32, _scratch: usize): void {
  for (let i = from as usize; i < (to as usize); i++) copyRun(x + i * fromStep, out + i * toStep, bytes)
}

/** out[k] = x[indices[k]], for rows of so many bytes and indices in 32 bits. */
export function takeRows(x: usize, out: usize, indices: usize, bytes: usize, from: i32, to: i32, _scratch: usize): void {
  for (let k = from as usize; k < (to as usize); k++) copyRun(x + (load<u32>(indices + 4 * k) as usize) * bytes, out + k * bytes, bytes)
}

/** out[indices[k]] += x[k], one k after the other, for rows of so many numbers. */
// @ts-ignore: decorator
@inline
function scatterRows<T>(x: usize, out: usize, indices: usize, length: i32, count: i32): void {
  const bytes = (length as usize) * sizeof<T>()
  for (let k: usize = 0; k < (count as usize); k++) {
    let source = x + k * bytes
    let target = out + (load<u32>(indices + 4 * k) as usize) * bytes
    const end = target + bytes
    for (; target + 16 <= end; target += 16, source += 16) v128.store(target, v128.add<T>(v128.load(target), v128.load(source)))
    for (; target < end; target += sizeof<T>(), source += sizeof<T>()) store<T>(target, load<T>(target) + load<T>(source))
  }
}

export function scatterRows_f32(x: usize, out: usize, indices: usize, length: i32, count: i32): void {
  scatterRows<f32>(x, out, indices, length, count)
}
export function scatterRows_f64(x: usize, out: usize, indices: usize, length: i32, count: i32): void {
  scatterRows<f64>(x, out, indices, length, count)
}

/** Copies the axes from `axis` on to `to`, side by side, and gives the end. `layout` is all sizes, then all strides, in 32 bits. */
function copyAxes<T>(x: usize, to: usize, axis: i32, rank: i32, layout: usize): usize {
  const size = load<i32>(layout + ((axis as usize) << 2)) as usize
  const step = (load<i32>(layout + (((rank + axis) as usize) << 2)) as usize) * sizeof<T>()
  if (axis + 1 < rank) {
    let end = to
    for (let i: usize = 0; i < size; i++) end = copyAxes<T>(x + i * step, end, axis + 1, rank, layout)
    return end
  }
  const bytes = size * sizeof<T>()
  const end = to + bytes
  if (step == sizeof<T>()) copyRun(x, to, bytes)
  else
    for (let at = to, source = x; at < end; at += sizeof<T>(), source += step) store<T>(at, load<T>(source))
  return end
}

/** A tensor with strides, in order: `rows` of the first axis, each of `length` numbers in the result. */
// @ts-ignore: decorator
@inline
function copyStrided<T>(x: usize, out: usize, rank: i32, layout: usize, length: i32, from: i32, to: i32): void {
  const step = (load<i32>(layout + ((rank as usize) << 2)) as usize) * sizeof<T>()
  const bytes = (length as usize) * sizeof<T>()
  for (let i = from as usize; i < (to as usize); i++) copyAxes<T>(x + i * step, out + i * bytes, 1, rank, layout)
}

export function copyStrided_f32(x: usize, out: usize, rank: i32, layout: usize, length: i32, from: i32, to: i32, _scratch: usize): void {
  copyStrided<u32>(x, out, rank, layout, length, from, to)
}
export function copyStrided_f64(x: usize, out: usize, rank: i32, layout: usize, length: i32, from: i32, to: i32, _scratch: usize): void {
  copyStrided<u64>(x, out, rank, layout, length, from, to)
}
