// Maxima and minima along one axis of row-major [outer, count, inner] numbers. WebAssembly's max and min give NaN where either operand is one.
import { lanes } from './lanes'

// @ts-ignore: decorator
@inline
function better<T>(a: T, b: T, largest: bool): T {
  return largest ? max<T>(a, b) : min<T>(a, b)
}

// @ts-ignore: decorator
@inline
function betterLanes<T>(a: v128, b: v128, largest: bool): v128 {
  return largest ? v128.max<T>(a, b) : v128.min<T>(a, b)
}

/** The extremum of nothing. */
// @ts-ignore: decorator
@inline
function worst<T>(largest: bool): T {
  return (largest ? -Infinity : Infinity) as T
}

// @ts-ignore: decorator
@inline
function ofRows<T>(x: usize, out: usize, count: i32, from: i32, to: i32, largest: bool): void {
  const width = sizeof<T>()
  const row = (count as usize) * width
  for (let i = from; i < to; i++) {
    let at = x + (i as usize) * row
    const end = at + row
    let best = worst<T>(largest)
    if (count >= 4 * lanes<T>()) {
      const whole = at + ((count & ~(4 * lanes<T>() - 1)) as usize) * width
      let a = v128.splat<T>(best)
      let b = a
      let c = a
      let d = a
      for (; at < whole; at += 64) {
        a = betterLanes<T>(a, v128.load(at), largest)
        b = betterLanes<T>(b, v128.load(at, 16), largest)
        c = betterLanes<T>(c, v128.load(at, 32), largest)
        d = betterLanes<T>(d, v128.load(at, 48), largest)
      }
      a = betterLanes<T>(betterLanes<T>(a, b, largest), betterLanes<T>(c, d, largest), largest)
      best = better<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(a, 1), largest)
      if (sizeof<T>() == 4)
        best = better<T>(best, better<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(a, 3), largest), largest)
    }
    for (; at < end; at += width) best = better<T>(best, load<T>(at), largest)
    store<T>(out + (i as usize) * width, best)
  }
}

/** The last strip of four vectors begins where it fits, so some columns are looked at twice. */
// @ts-ignore: decorator
@inline
function ofColumns<T>(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, largest: bool): void {
  const width = sizeof<T>()
  const step = (inner as usize) * width
  const strip = 4 * lanes<T>()
  for (let o = from; o < to; o++) {
    const data = x + (o as usize) * (count as usize) * step
    const result = out + (o as usize) * step
    if (inner >= strip) {
      for (let j = 0; j < inner; j += strip) {
        const offset = (min(j, inner - strip) as usize) * width
        let a = v128.splat<T>(worst<T>(largest))
        let b = a
        let c = a
        let d = a
        let at = data + offset
        for (let k = 0; k < count; k++, at += step) {
          a = betterLanes<T>(a, v128.load(at), largest)
          b = betterLanes<T>(b, v128.load(at, 16), largest)
          c = betterLanes<T>(c, v128.load(at, 32), largest)
          d = betterLanes<T>(d, v128.load(at, 48), largest)
        }
        v128.store(result + offset, a)
        v128.store(result + offset, b, 16)
        v128.store(result + offset, c, 32)
        v128.store(result + offset, d, 48)
      }
    } else {
      for (let j = 0; j < inner; j++) {
        let at = data + (j as usize) * width
        let best = worst<T>(largest)
        for (let k = 0; k < count; k++, at += step) best = better<T>(best, load<T>(at), largest)
        store<T>(result + (j as usize) * width, best)
      }
    }
  }
}

/** [outer, count] → [outer], rows from … to. */
export function maxRows_f32(x: usize, out: usize, count: i32, from: i32, to: i32, _scratch: usize): void {
  ofRows<f32>(x, out, count, from, to, true)
}
export function maxRows_f64(x: usize, out: usize, count: i32, from: i32, to: i32, _scratch: usize): void {
  ofRows<f64>(x, out, count, from, to, true)
}
export function minRows_f32(x: usize, out: usize, count: i32, from: i32, to: i32, _scratch: usize): void {
  ofRows<f32>(x, out, count, from, to, false)
}
export function minRows_f64(x: usize, out: usize, count: i32, from: i32, to: i32, _scratch: usize): void {
  ofRows<f64>(x, out, count, from, to, false)
}
/** [outer, count, inner] → [outer, inner], outer indices from … to. */
export function maxColumns_f32(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, _scratch: usize): void {
  ofColumns<f32>(x, out, count, inner, from, to, true)
}
export function maxColumns_f64(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, _scratch: usize): void {
  ofColumns<f64>(x, out, count, inner, from, to, true)
}
export function minColumns_f32(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, _scratch: usize): void {
  ofColumns<f32>(x, out, count, inner, from, to, false)
}
export function minColumns_f64(x: usize, out: usize, count: i32, inner: i32, from: i32, to: i32, _scratch: usize): void {
  ofColumns<f64>(x, out, count, inner, from, to, false)
}
