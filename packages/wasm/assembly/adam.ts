// One step of Adam with bias correction (Kingma & Ba 2015, algorithm 1): m' = β₁ m + (1 − β₁) g, v' = β₂ v + (1 − β₂) g²,
// θ' = θ − m' · rate/(1 − β₁ᵗ) / (√(v'/(1 − β₂ᵗ)) + ε). The host computes the coefficients in float64.
import { lanes, madd } from './lanes'
import { loadPart, storePart } from './partial'

// @ts-ignore: decorator
@inline
function step<T>(
  parameter: usize, first: usize, second: usize, gradient: usize, nextParameter: usize, nextFirst: usize, nextSecond: usize,
  beta1: f64, rest1: f64, beta2: f64, rest2: f64, rate: f64, spread: f64, epsilon: f64, count: i32,
): void {
  const b1 = v128.splat<T>(beta1 as T)
  const r1 = v128.splat<T>(rest1 as T)
  const b2 = v128.splat<T>(beta2 as T)
  const r2 = v128.splat<T>(rest2 as T)
  const scaled = v128.splat<T>(rate as T)
  const widened = v128.splat<T>(spread as T)
  const floor = v128.splat<T>(epsilon as T)
  for (let left = count; left > 0; left -= lanes<T>()) {
    const g = loadPart<T>(gradient, left)
    const m = madd<T>(loadPart<T>(first, left), b1, v128.mul<T>(g, r1))
    const v = madd<T>(loadPart<T>(second, left), b2, v128.mul<T>(v128.mul<T>(g, g), r2))
    const size = v128.add<T>(v128.sqrt<T>(v128.mul<T>(v, widened)), floor)
    storePart<T>(nextParameter, v128.sub<T>(loadPart<T>(parameter, left), v128.div<T>(v128.mul<T>(m, scaled), size)), left)
    storePart<T>(nextFirst, m, left)
    storePart<T>(nextSecond, v, left)
    parameter += 16
    first += 16
    second += 16
    gradient += 16
    nextParameter += 16
    nextFirst += 16
    nextSecond += 16
  }
}

/** Numbers from … to of the three results. `rate` is rate/(1 − β₁ᵗ), `spread` 1/(1 − β₂ᵗ), `rest1` 1 − β₁, `rest2` 1 − β₂. */
export function adamUpdate_f32(
  parameter: usize, first: usize, second: usize, gradient: usize, nextParameter: usize, nextFirst: usize, nextSecond: usize,
  beta1: f64, rest1: f64, beta2: f64, rest2: f64, rate: f64, spread: f64, epsilon: f64, from: i32, to: i32, scratch: usize,
): void {
  const at = (from as usize) << 2
  step<f32>(
    parameter + at, first + at, second + at, gradient + at, nextParameter + at, nextFirst + at, nextSecond + at,
    beta1, rest1, beta2, rest2, rate, spread, epsilon, to - from,
  )
}
export function adamUpdate_f64(
  parameter: usize, first: usize, second: usize, gradient: usize, nextParameter: usize, nextFirst: usize, nextSecond: usize,
  beta1: f64, rest1: f64, beta2: f64, rest2: f64, rate: f64, spread: f64, epsilon: f64, from: i32, to: i32, scratch: usize,
): void {
  const at = (from as usize) << 3
  step<f64>(
    parameter + at, first + at, second + at, gradient + at, nextParameter + at, nextFirst + at, nextSecond + at,
    beta1, rest1, beta2, rest2, rate, spread, epsilon, to - from,
  )
}
