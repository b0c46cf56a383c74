// Elementwise operations of two operands that broadcast over rows and columns. The result is contiguous, [rows, columns]; an operand's number (i, j) stands
// at i · row + j · step, where step is 1, or 0 for a column that is repeated, and row is 0 for a row that is repeated.
import { narrow, narrowRun, spread, still } from './elementwise-layout'

/** The operations by number, of which the compiler keeps the one that a kernel names. */
const enum Operation { add, sub, mul, div, maximum, minimum, greater, equal }

// @ts-ignore: decorator
@inline
function apply<T>(operation: Operation, a: v128, b: v128): v128 {
  if (operation == Operation.add) return v128.add<T>(a, b)
  if (operation == Operation.sub) return v128.sub<T>(a, b)
  if (operation == Operation.mul) return v128.mul<T>(a, b)
  if (operation == Operation.div) return v128.div<T>(a, b)
  if (operation == Operation.maximum) return v128.max<T>(a, b)
  if (operation == Operation.minimum) return v128.min<T>(a, b)
  const one = v128.splat<T>(1 as T)
  if (operation == Operation.greater) return v128.and(v128.gt<T>(a, b), one)
  return v128.and(v128.eq<T>(a, b), one)
}

// @ts-ignore: decorator
@inline
function zip<T>(
  operation: Operation, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  const aside = scratch + 16 * narrow
  const blocks = columns < 16 && to - from > columns
  let row = from / columns
  let column = from - row * columns
  let run = 0
  for (let at = from; at < to; at += run) {
    let p: usize
    let q: usize
    let pNext: usize = 16
    let qNext: usize = 16
    if (blocks) {
      run = min(narrowRun(columns), to - at)
      p = spread<T>(a, aRow, aStep, columns, at, run, from, scratch)
      q = spread<T>(b, bRow, bStep, columns, at, run, from, aside)
    } else {
      run = min(columns - column, to - at)
      p = a + ((row * aRow + column * aStep) as usize) * sizeof<T>()
      q = b + ((row * bRow + column * bStep) as usize) * sizeof<T>()
      if (aStep == 0) {
        p = still<T>(p, scratch)
        pNext = 0
      }
      if (bStep == 0) {
        q = still<T>(q, aside)
        qNext = 0
      }
      row++
      column = 0
    }
    let into = out + (at as usize) * sizeof<T>()
    const end = into + (run as usize) * sizeof<T>()
    for (; into + 16 <= end; into += 16) {
      v128.store(into, apply<T>(operation, v128.load(p), v128.load(q)))
      p += pNext
      q += qNext
    }
    for (; into < end; into += sizeof<T>()) {
      v128.store_lane<T>(into, apply<T>(operation, v128.load_splat<T>(p), v128.load_splat<T>(q)), 0)
      p += pNext / (16 / sizeof<T>())
      q += qNext / (16 / sizeof<T>())
    }
  }
}

export function add_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.add, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function add_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.add, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function sub_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.sub, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function sub_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.sub, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function mul_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.mul, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function mul_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.mul, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function div_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.div, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function div_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.div, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function maximum_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.maximum, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function maximum_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.maximum, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function minimum_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.minimum, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function minimum_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.minimum, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function greater_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.greater, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function greater_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.greater, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}

export function equal_f32(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f32>(Operation.equal, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
export function equal_f64(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, columns: i32, from: i32, to: i32, scratch: usize): void {
  zip<f64>(Operation.equal, a, aRow, aStep, b, bRow, bStep, out, columns, from, to, scratch)
}
