// Choice among two operands by a third, which broadcast as in elementwise-binary.ts.
import { narrow, narrowRun, spread, still } from './elementwise-layout'

// @ts-ignore: decorator
@inline
function choose<T>(condition: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, v128.ne<T>(condition, v128.splat<T>(0 as T)))
}

// @ts-ignore: decorator
@inline
function where<T>(
  c: usize, cRow: i32, cStep: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32,
  out: usize, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  const aside = scratch + 16 * narrow
  const farther = scratch + 32 * narrow
  const blocks = columns < 16 && to - from > columns
  let row = from / columns
  let column = from - row * columns
  let run = 0
  for (let at = from; at < to; at += run) {
    let o: usize
    let p: usize
    let q: usize
    let oNext: usize = 16
    let pNext: usize = 16
    let qNext: usize = 16
    if (blocks) {
      run = min(narrowRun(columns), to - at)
      o = spread<T>(c, cRow, cStep, columns, at, run, from, scratch)
      p = spread<T>(a, aRow, aStep, columns, at, run, from, aside)
      q = spread<T>(b, bRow, bStep, columns, at, run, from, farther)
    } else {
      run = min(columns - column, to - at)
      o = c + ((row * cRow + column * cStep) as usize) * sizeof<T>()
      p = a + ((row * aRow + column * aStep) as usize) * sizeof<T>()
      q = b + ((row * bRow + column * bStep) as usize) * sizeof<T>()
      if (cStep == 0) {
        o = still<T>(o, scratch)
        oNext = 0
      }
      if (aStep == 0) {
        p = still<T>(p, aside)
        pNext = 0
      }
      if (bStep == 0) {
        q = still<T>(q, farther)
        qNext = 0
      }
      row++
      column = 0
    }
    let into = out + (at as usize) * sizeof<T>()
    const end = into + (run as usize) * sizeof<T>()
    for (; into + 16 <= end; into += 16) {
      v128.store(into, choose<T>(v128.load(o), v128.load(p), v128.load(q)))
      o += oNext
      p += pNext
      q += qNext
    }
    for (; into < end; into += sizeof<T>()) {
      v128.store_lane<T>(into, choose<T>(v128.load_splat<T>(o), v128.load_splat<T>(p), v128.load_splat<T>(q)), 0)
      o += oNext / (16 / sizeof<T>())
      p += pNext / (16 / sizeof<T>())
      q += qNext / (16 / sizeof<T>())
    }
  }
}

/** c not 0 ? a : b. */
export function where_f32(
  c: usize, cRow: i32, cStep: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32,
  out: usize, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  where<f32>(c, cRow, cStep, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

/** c not 0 ? a : b. */
export function where_f64(
  c: usize, cRow: i32, cStep: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32,
  out: usize, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  where<f64>(c, cRow, cStep, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
