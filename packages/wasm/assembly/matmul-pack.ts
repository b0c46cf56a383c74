// The right factor of a product in panels of two vectors' width: a panel holds its columns side by side, k by k, so that a tile reads it in order.
import { lanes } from './lanes'
import { loadPart } from './partial'

/** Four columns of float32 (two of float64) that each lie in order, from k = at: four (two) rows of a panel. */
// @ts-ignore: decorator
@inline
function turn<T>(from: usize, column: usize, to: usize, step: usize): void {
  const a = v128.load(from)
  const b = v128.load(from + column)
  if (sizeof<T>() == 8) {
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2))
    v128.store(to + step, v128.shuffle<f64>(a, b, 1, 3))
    return
  }
  const c = v128.load(from + 2 * column)
  const d = v128.load(from + 3 * column)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(to + step, v128.shuffle<f64>(ab, cd, 1, 3))
  v128.store(to + 2 * step, v128.shuffle<f64>(ab2, cd2, 0, 2))
  v128.store(to + 3 * step, v128.shuffle<f64>(ab2, cd2, 1, 3))
}

/** A vector's width of columns, of which `columns` are there; zeros stand for the others. */
// @ts-ignore: decorator
@inline
function packVector<T>(b: usize, bStep: usize, bColumn: usize, depth: i32, columns: i32, to: usize, step: usize): void {
  if (bColumn == sizeof<T>()) {
    for (let k = 0; k < depth; k++, b += bStep, to += step) v128.store(to, loadPart<T>(b, columns))
    return
  }
  let k = 0
  if (columns == lanes<T>() && bStep == sizeof<T>())
    for (; k + lanes<T>() <= depth; k += lanes<T>(), b += 16, to += ((lanes<T>() as usize) * step)) turn<T>(b, bColumn, to, step)
  for (; k < depth; k++, b += bStep, to += step) {
    v128.store(to, v128.splat<T>(0 as T))
    for (let j: usize = 0; j < (columns as usize); j++) store<T>(to + j * sizeof<T>(), load<T>(b + j * bColumn))
  }
}

// @ts-ignore: decorator
@inline
function pack<T>(b: usize, bStep: usize, bColumn: usize, depth: i32, columns: i32, out: usize, from: i32, to: i32): void {
  const wide = 2 * lanes<T>()
  for (let panel = from; panel < to; panel++) {
    const width = min(wide, columns - panel * wide)
    const left = b + ((panel * wide) as usize) * bColumn
    const place = out + ((panel * wide) as usize) * (depth as usize) * sizeof<T>()
    const step: usize = width > lanes<T>() ? 32 : 16
    packVector<T>(left, bStep, bColumn, depth, min(width, lanes<T>()), place, step)
    if (width > lanes<T>()) packVector<T>(left + (lanes<T>() as usize) * bColumn, bStep, bColumn, depth, width - lanes<T>(), place + 16, step)
  }
}

/**
 * Panels from … to of b [depth, columns], which is read with strides in bytes from k to k and from column to column. A panel is [depth, two vectors];
 * the last one is [depth, one vector] where its columns fit in it. The panels lie one after the other.
 */
export function matMulPack_f32(b: usize, bStep: usize, bColumn: usize, depth: i32, columns: i32, out: usize, from: i32, to: i32, scratch: usize): void {
  pack<f32>(b, bStep, bColumn, depth, columns, out, from, to)
}
export function matMulPack_f64(b: usize, bStep: usize, bColumn: usize, depth: i32, columns: i32, out: usize, from: i32, to: i32, scratch: usize): void {
  pack<f64>(b, bStep, bColumn, depth, columns, out, from, to)
}
