// From logits to weights, for the groups of a tile that count.
import { madd } from '../lanes'
import { constant, exp2From } from './panel-exp2'
import { LEVEL, NORM, PENDING, SQUARES, Task, TOTAL } from './panel-layout'

/** Lists the groups of the tile in which some logit is above its query's bound (f32 [8], in two vectors), and counts them. */
export function survivors(task: Task, bound0: v128, bound1: v128): i32 {
  let count = 0
  let at = task.logits
  for (let g = 0; g < task.groups; g++) {
    const a = f32x4.pmax(f32x4.pmax(v128.load(at), v128.load(at, 32)), f32x4.pmax(v128.load(at, 64), v128.load(at, 96)))
    const b = f32x4.pmax(f32x4.pmax(v128.load(at, 16), v128.load(at, 48)), f32x4.pmax(v128.load(at, 80), v128.load(at, 112)))
    store<i32>(task.list + (count << 2), g)
    count += v128.any_true(v128.or(f32x4.gt(a, bound0), f32x4.gt(b, bound1))) as i32
    at += 128
  }
  return count
}

/** Lists all of them. */
export function everyGroup(task: Task): i32 {
  for (let g = 0; g < task.groups; g++) store<i32>(task.list + (g << 2), g)
  return task.groups
}

/** For the first `count` groups of the list: weights in the place of logits, without gaps, and their sums into the panel's. */
// @ts-ignore: decorator
@inline
function weigh(task: Task, panel: usize, count: i32, moments: bool): void {
  const c5 = constant(2), c4 = constant(3), c3 = constant(4), c2 = constant(5), c1 = constant(6), c0 = constant(7)
  const list = task.list, logits = task.logits, norms = task.norms, room = task.top
  for (let half: usize = 0; half < 32; half += 16) {
    // By way of memory, so that they are not computed again in every round.
    v128.store(room, f32x4.add(v128.load(panel + half, LEVEL), constant(0)))
    v128.store(room, f32x4.sub(constant(1), v128.load(panel + half, LEVEL)), 16)
    const floor = v128.load(room), magic = v128.load(room, 16)
    const zero = v128.splat<f32>(0)
    let total = zero, squares = zero, norm = zero
    let out = logits + half
    for (let at = list, end = list + ((count as usize) << 2); at < end; at += 4) {
      const g = load<i32>(at) as usize
      let from = logits + half + (g << 7)
      let square = norms + (g << 4)
      // Two points at a time: with the constants they fill the registers.
      for (const last = out + 128; out < last; out += 64) {
        const w0 = exp2From(v128.load(from), floor, magic, c5, c4, c3, c2, c1, c0)
        const w1 = exp2From(v128.load(from, 32), floor, magic, c5, c4, c3, c2, c1, c0)
        v128.store(out, w0)
        v128.store(out, w1, 32)
        total = f32x4.add(total, f32x4.add(w0, w1))
        if (moments) {
          squares = madd<f32>(w0, w0, squares)
          norm = madd<f32>(w0, v128.load32_splat(square), norm)
          squares = madd<f32>(w1, w1, squares)
          norm = madd<f32>(w1, v128.load32_splat(square, 4), norm)
          square += 8
        }
        from += 64
      }
    }
    const at = panel + 2 * half
    addTo(at + TOTAL, total)
    if (moments) {
      addTo(at + SQUARES, squares)
      addTo(at + NORM, norm)
    }
  }
  store<i32>(panel, load<i32>(panel, PENDING) + 1, PENDING)
}

/** Four float64 sums += four float32 numbers. */
// @ts-ignore: decorator
@inline
function addTo(at: usize, part: v128): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(part)))
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(part, part, 2, 3, 2, 3))), 16)
}

export function weights(task: Task, panel: usize, count: i32): void {
  weigh(task, panel, count, false)
}

export function weightsOfMoments(task: Task, panel: usize, count: i32): void {
  weigh(task, panel, count, true)
}
