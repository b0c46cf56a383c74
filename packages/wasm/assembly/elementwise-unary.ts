// Elementwise operations of one operand over contiguous numbers: out[k] = f(x[k]) for from ≤ k < to. The last few numbers go the same way as the
// rest, one to a vector, so a number's result does not depend on where it stands.
import { erf_lanes } from './math/erf'
import { exp_lanes } from './math/exp'
import { log_lanes } from './math/log'
import { sigmoid_lanes } from './math/sigmoid'
import { tanh_lanes } from './math/tanh'
import { cos_lanes, sin_lanes } from './math/trig'

/** The operations by number, of which the compiler keeps the one that a kernel names. */
const enum Operation { neg, abs, exp, log, sqrt, square, sin, cos, tanh, sigmoid, erf }

// @ts-ignore: decorator
@inline
function apply<T>(operation: Operation, x: v128): v128 {
  if (operation == Operation.neg) return v128.neg<T>(x)
  if (operation == Operation.abs) return v128.abs<T>(x)
  if (operation == Operation.exp) return exp_lanes<T>(x)
  if (operation == Operation.log) return log_lanes<T>(x)
  if (operation == Operation.sqrt) return v128.sqrt<T>(x)
  if (operation == Operation.square) return v128.mul<T>(x, x)
  if (operation == Operation.sin) return sin_lanes<T>(x)
  if (operation == Operation.cos) return cos_lanes<T>(x)
  if (operation == Operation.tanh) return tanh_lanes<T>(x)
  if (operation == Operation.sigmoid) return sigmoid_lanes<T>(x)
  return erf_lanes<T>(x)
}

// @ts-ignore: decorator
@inline
function map<T>(operation: Operation, x: usize, out: usize, from: i32, to: i32): void {
  let at = x + (from as usize) * sizeof<T>()
  let into = out + (from as usize) * sizeof<T>()
  const end = x + (to as usize) * sizeof<T>()
  // Two vectors at a time share their constants.
  for (; at + 32 <= end; at += 32, into += 32) {
    const first = apply<T>(operation, v128.load(at))
    const second = apply<T>(operation, v128.load(at, 16))
    v128.store(into, first)
    v128.store(into, second, 16)
  }
  if (at + 16 <= end) {
    v128.store(into, apply<T>(operation, v128.load(at)))
    at += 16
    into += 16
  }
  for (; at < end; at += sizeof<T>(), into += sizeof<T>()) v128.store_lane<T>(into, apply<T>(operation, v128.load_splat<T>(at)), 0)
}

export function neg_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.neg, x, out, from, to)
}
export function neg_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.neg, x, out, from, to)
}

export function abs_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.abs, x, out, from, to)
}
export function abs_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.abs, x, out, from, to)
}

export function exp_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.exp, x, out, from, to)
}
export function exp_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.exp, x, out, from, to)
}

export function log_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.log, x, out, from, to)
}
export function log_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.log, x, out, from, to)
}

export function sqrt_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.sqrt, x, out, from, to)
}
export function sqrt_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.sqrt, x, out, from, to)
}

export function square_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.square, x, out, from, to)
}
export function square_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.square, x, out, from, to)
}

export function sin_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.sin, x, out, from, to)
}
export function sin_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.sin, x, out, from, to)
}

export function cos_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.cos, x, out, from, to)
}
export function cos_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.cos, x, out, from, to)
}

export function tanh_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.tanh, x, out, from, to)
}
export function tanh_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.tanh, x, out, from, to)
}

export function sigmoid_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.sigmoid, x, out, from, to)
}
export function sigmoid_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.sigmoid, x, out, from, to)
}

export function erf_f32(x: usize, out: usize, from: i32, to: i32): void {
  map<f32>(Operation.erf, x, out, from, to)
}
export function erf_f64(x: usize, out: usize, from: i32, to: i32): void {
  map<f64>(Operation.erf, x, out, from, to)
}
