// What one query does with four points at a time, in float64: lanes are coordinates.
import { madd, nmadd } from '../lanes'
import { Task } from './panel-layout'

// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v)
}
// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
}
// @ts-ignore: decorator
@inline
function one(at: usize): v128 {
  return f64x2(load<f32>(at) as f64, 0)
}
/** [a₀ + a₁, b₀ + b₁]. */
// @ts-ignore: decorator
@inline
function pairSums(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3))
}
/** a + (x − αy)². */
// @ts-ignore: decorator
@inline
function addSquare(a: v128, x: v128, alpha: v128, y: v128): v128 {
  const e = nmadd<f64>(alpha, y, x)
  return madd<f64>(e, e, a)
}

/** |x − αy|² for four points, to out. */
export function squaredDistances(task: Task, x: usize, y0: usize, y1: usize, y2: usize, y3: usize, out: usize): void {
  const alpha = v128.splat<f64>(task.alpha)
  let a0 = v128.splat<f64>(0), a1 = a0, a2 = a0, a3 = a0
  const whole = ((task.d & ~3) as usize) << 2
  const all = (task.d as usize) << 2
  let j: usize = 0
  for (; j < whole; j += 16) {
    const u = v128.load(x + 2 * j), v = v128.load(x + 2 * j, 16)
    const p0 = v128.load(y0 + j), p1 = v128.load(y1 + j), p2 = v128.load(y2 + j), p3 = v128.load(y3 + j)
    a0 = addSquare(addSquare(a0, u, alpha, low(p0)), v, alpha, high(p0))
    a1 = addSquare(addSquare(a1, u, alpha, low(p1)), v, alpha, high(p1))
    a2 = addSquare(addSquare(a2, u, alpha, low(p2)), v, alpha, high(p2))
    a3 = addSquare(addSquare(a3, u, alpha, low(p3)), v, alpha, high(p3))
  }
  for (; j < all; j += 4) {
    const u = v128.load64_zero(x + 2 * j)
    a0 = addSquare(a0, u, alpha, one(y0 + j))
    a1 = addSquare(a1, u, alpha, one(y1 + j))
    a2 = addSquare(a2, u, alpha, one(y2 + j))
    a3 = addSquare(a3, u, alpha, one(y3 + j))
  }
  v128.store(out, pairSums(a0, a1))
  v128.store(out, pairSums(a2, a3), 16)
}

/** sums += Σ w y for four points and their weights (f32 [4]). */
export function addPoints(task: Task, sums: usize, weights: usize, y0: usize, y1: usize, y2: usize, y3: usize): void {
  const w0 = v128.splat<f64>(load<f32>(weights) as f64), w1 = v128.splat<f64>(load<f32>(weights, 4) as f64)
  const w2 = v128.splat<f64>(load<f32>(weights, 8) as f64), w3 = v128.splat<f64>(load<f32>(weights, 12) as f64)
  const whole = ((task.d & ~3) as usize) << 2
  const all = (task.d as usize) << 2
  let j: usize = 0
  for (; j < whole; j += 16) {
    const at = sums + 2 * j
    const p0 = v128.load(y0 + j), p1 = v128.load(y1 + j), p2 = v128.load(y2 + j), p3 = v128.load(y3 + j)
    const first = madd<f64>(w1, low(p1), madd<f64>(w0, low(p0), v128.load(at)))
    const second = madd<f64>(w1, high(p1), madd<f64>(w0, high(p0), v128.load(at, 16)))
    v128.store(at, madd<f64>(w3, low(p3), madd<f64>(w2, low(p2), first)))
    v128.store(at, madd<f64>(w3, high(p3), madd<f64>(w2, high(p2), second)), 16)
  }
  for (; j < all; j += 4) {
    const sum = madd<f64>(w3, one(y3 + j), madd<f64>(w2, one(y2 + j), madd<f64>(w1, one(y1 + j), f64x2.mul(w0, one(y0 + j)))))
    store<f64>(sums + 2 * j, load<f64>(sums + 2 * j) + f64x2.extract_lane(sum, 0))
  }
}

/** |y − c|². */
export function squareAbout(task: Task, y: usize): f64 {
  let square = 0.0
  for (let j: usize = 0; j < (task.d as usize) << 2; j += 4) {
    const p = (load<f32>(y + j) as f64) - load<f64>(task.centre64 + 2 * j)
    square += p * p
  }
  return square
}
