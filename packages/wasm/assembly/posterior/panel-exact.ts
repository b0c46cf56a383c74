// Groups whose logits float32 cannot tell apart by the dot form: everything in float64, from the points as they are given, by differences.
import { madd, nmadd } from '../lanes'
import { exp2 } from './panel-exp2'
import { NORM, queries64, REFERENCE, SLACK, SQUARES, sums64, Task, TOTAL } from './panel-layout'
import { raise } from './panel-state'

const LOG2E: f64 = 1.4426950408889634

/** Four points into task.exact: p = y − c and α p, rows of float64. Places past the last point repeat the group's first. */
function spread(task: Task, g: i32): void {
  const row = (task.d as usize) << 3
  const alpha = v128.splat<f64>(task.alpha)
  const first = task.first + 4 * g
  for (let r = 0; r < 4; r++) {
    const from = task.points + ((first + r < task.n ? first + r : first) as usize) * ((task.d as usize) << 2)
    const to = task.exact + (r as usize) * row
    let j = 0
    for (; j + 4 <= task.d; j += 4) {
      const y = v128.load(from + (j << 2))
      const p0 = f64x2.sub(f64x2.promote_low_f32x4(y), v128.load(task.centre64 + (j << 3)))
      const p1 = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f32>(y, y, 2, 3, 2, 3)), v128.load(task.centre64 + (j << 3), 16))
      v128.store(to + (j << 3), p0)
      v128.store(to + (j << 3), p1, 16)
      v128.store(to + 4 * row + (j << 3), f64x2.mul(p0, alpha))
      v128.store(to + 4 * row + (j << 3), f64x2.mul(p1, alpha), 16)
    }
    for (; j < task.d; j++) {
      const p = (load<f32>(from + (j << 2)) as f64) - load<f64>(task.centre64 + (j << 3))
      store<f64>(to + (j << 3), p)
      store<f64>(to + 4 * row + (j << 3), p * task.alpha)
    }
  }
}

/** −|x − αy|² log₂e / 2σ² + log₂ π for two points (rows `at` of α p) and eight queries, in bits, to out. */
// @ts-ignore: decorator
@inline
function logitsOfTwo(task: Task, panel: usize, at: usize, out: usize, bits0: f64, bits1: f64): void {
  let a0 = v128.splat<f64>(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0
  let x = queries64(panel, task.d)
  const second = at + ((task.d as usize) << 3)
  const bytes = (task.d as usize) << 3
  for (let j: usize = 0; j < bytes; j += 8) {
    const p = v128.load64_splat(at + j)
    const q = v128.load64_splat(second + j)
    const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48)
    x += 64
    let e = f64x2.sub(x0, p)
    a0 = madd<f64>(e, e, a0)
    e = f64x2.sub(x1, p)
    a1 = madd<f64>(e, e, a1)
    e = f64x2.sub(x2, p)
    a2 = madd<f64>(e, e, a2)
    e = f64x2.sub(x3, p)
    a3 = madd<f64>(e, e, a3)
    e = f64x2.sub(x0, q)
    b0 = madd<f64>(e, e, b0)
    e = f64x2.sub(x1, q)
    b1 = madd<f64>(e, e, b1)
    e = f64x2.sub(x2, q)
    b2 = madd<f64>(e, e, b2)
    e = f64x2.sub(x3, q)
    b3 = madd<f64>(e, e, b3)
  }
  const scale = v128.splat<f64>(task.scale)
  const u = v128.splat<f64>(bits0), v = v128.splat<f64>(bits1)
  v128.store(out, nmadd<f64>(scale, a0, u))
  v128.store(out, nmadd<f64>(scale, a1, u), 16)
  v128.store(out, nmadd<f64>(scale, a2, u), 32)
  v128.store(out, nmadd<f64>(scale, a3, u), 48)
  v128.store(out, nmadd<f64>(scale, b0, v), 64)
  v128.store(out, nmadd<f64>(scale, b1, v), 80)
  v128.store(out, nmadd<f64>(scale, b2, v), 96)
  v128.store(out, nmadd<f64>(scale, b3, v), 112)
}

// @ts-ignore: decorator
@inline
function bitsOf(task: Task, row: i32): f64 {
  if (row >= task.n) return -Infinity
  return task.logWeights == 0 ? 0 : (load<f32>(task.logWeights + ((row as usize) << 2)) as f64) * LOG2E
}

/** Adds the points of one group to the panel's sums. Gives how many of its four points count for some query. */
export function exactGroup(task: Task, panel: usize, g: i32): i32 {
  spread(task, g)
  const row = (task.d as usize) << 3
  const scaled = task.exact + 4 * row
  const logits = task.exactNumbers()
  const first = task.first + 4 * g
  logitsOfTwo(task, panel, scaled, logits, bitsOf(task, first), bitsOf(task, first + 1))
  logitsOfTwo(task, panel, scaled + 2 * row, logits + 128, bitsOf(task, first + 2), bitsOf(task, first + 3))

  const tops = logits + 512
  let above = v128.splat<f64>(0)
  for (let h: usize = 0; h < 64; h += 16) {
    const at = logits + h
    const top = f64x2.pmax(f64x2.pmax(v128.load(at), v128.load(at, 64)), f64x2.pmax(v128.load(at, 128), v128.load(at, 192)))
    v128.store(tops + h, top)
    above = v128.or(above, f64x2.gt(top, f64x2.add(v128.load(panel + h, REFERENCE), v128.splat<f64>(SLACK))))
  }
  if (v128.any_true(above)) raise(task, panel, tops)

  let live = 0
  for (let r = 0; r < 4; r++) live += addPoint(task, panel, logits + ((r as usize) << 6), task.exact + (r as usize) * row) as i32
  return live
}

/** Weights of one point for the eight queries, and its share of the sums, unless all are negligible. */
function addPoint(task: Task, panel: usize, logits: usize, p: usize): bool {
  const r0 = f64x2.sub(v128.load(logits), v128.load(panel, REFERENCE))
  const r1 = f64x2.sub(v128.load(logits, 16), v128.load(panel, REFERENCE + 16))
  const r2 = f64x2.sub(v128.load(logits, 32), v128.load(panel, REFERENCE + 32))
  const r3 = f64x2.sub(v128.load(logits, 48), v128.load(panel, REFERENCE + 48))
  const t0 = v128.shuffle<f32>(f32x4.demote_f64x2_zero(r0), f32x4.demote_f64x2_zero(r1), 0, 1, 4, 5)
  const t1 = v128.shuffle<f32>(f32x4.demote_f64x2_zero(r2), f32x4.demote_f64x2_zero(r3), 0, 1, 4, 5)
  const cut = v128.splat<f32>(-task.cut as f32)
  if (!v128.any_true(v128.or(f32x4.gt(t0, cut), f32x4.gt(t1, cut)))) return false
  const e0 = exp2(t0), e1 = exp2(t1)
  const w0 = f64x2.promote_low_f32x4(e0), w1 = f64x2.promote_low_f32x4(v128.shuffle<f32>(e0, e0, 2, 3, 2, 3))
  const w2 = f64x2.promote_low_f32x4(e1), w3 = f64x2.promote_low_f32x4(v128.shuffle<f32>(e1, e1, 2, 3, 2, 3))
  let sum = sums64(panel, task.d)
  let square = v128.splat<f64>(0)
  const end = p + ((task.d as usize) << 3)
  for (let at = p; at < end; at += 8) {
    const y = v128.load64_splat(at)
    square = madd<f64>(y, y, square)
    v128.store(sum, madd<f64>(w0, y, v128.load(sum)))
    v128.store(sum, madd<f64>(w1, y, v128.load(sum, 16)), 16)
    v128.store(sum, madd<f64>(w2, y, v128.load(sum, 32)), 32)
    v128.store(sum, madd<f64>(w3, y, v128.load(sum, 48)), 48)
    sum += 64
  }
  addNumbers(panel, w0, square)
  addNumbers(panel + 16, w1, square)
  addNumbers(panel + 32, w2, square)
  addNumbers(panel + 48, w3, square)
  return true
}

// @ts-ignore: decorator
@inline
function addNumbers(at: usize, w: v128, square: v128): void {
  v128.store(at, f64x2.add(v128.load(at, TOTAL), w), TOTAL)
  v128.store(at, madd<f64>(w, w, v128.load(at, SQUARES)), SQUARES)
  v128.store(at, madd<f64>(w, square, v128.load(at, NORM)), NORM)
}
