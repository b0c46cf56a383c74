// One query alone, in float64, as there is where fewer than three are left: a panel of eight would be mostly empty.
import { exp2 } from './panel-exp2'
import { HEADER, NONE, NORM, REFERENCE, SLACK, SQUARES, Task, TOTAL } from './panel-layout'
import { finish, Results } from './panel-finish'
import { addPoints, squareAbout, squaredDistances } from './panel-row-sums'
import { judge } from './panel-state'

const LOG2E: f64 = 1.4426950408889634
const TILE: i32 = 64

/** Row `row` alone: the same recurrence in tiles of 64 points, about the origin until the end. */
export function rowPosterior(task: Task, results: Results, x: usize, row: i32): void {
  const d = task.d
  const header = task.state
  const query = header + HEADER
  const sums = query + 8 * (d as usize)
  const bits = task.exact
  const stride = (d as usize) << 2
  const from = x + (row as usize) * stride
  const bad = judge(from, d)
  memory.fill(header, 0, HEADER + 16 * (d as usize))
  if (bad == 0) for (let j = 0; j < d; j++) store<f64>(query + (j << 3), load<f32>(from + (j << 2)) as f64)

  let reference = NONE
  let total = 0.0, squares = 0.0, norm = 0.0
  for (let first = 0; first < task.n; first += TILE) {
    const count = min(TILE, task.n - first)
    const y = task.points + (first as usize) * stride
    const last = y + ((count - 1) as usize) * stride
    // The maximum of numbers of which one is NaN is NaN.
    let tops = v128.splat<f64>(-Infinity), farthest = tops
    let y0 = y
    for (let i = 0; i < count; i += 4, y0 += 4 * stride) {
      const room = bits + (i << 3)
      squaredDistances(task, query, y0, min(y0 + stride, last), min(y0 + 2 * stride, last), min(y0 + 3 * stride, last), room)
      farthest = f64x2.max(farthest, f64x2.max(v128.load(room), v128.load(room, 16)))
      const scale = v128.splat<f64>(-task.scale)
      v128.store(room, f64x2.mul(v128.load(room), scale))
      v128.store(room, f64x2.mul(v128.load(room, 16), scale), 16)
      if (task.logWeights != 0)
        for (let k = 0; k < min(4, count - i); k++) {
          const logit = load<f64>(room + (k << 3)) + (load<f32>(task.logWeights + (((first + i + k) as usize) << 2)) as f64) * LOG2E
          store<f64>(room + (k << 3), logit)
        }
      for (let k = count - i; k < 4; k++) store<f64>(room + (k << 3), -Infinity)
      tops = f64x2.max(tops, f64x2.max(v128.load(room), v128.load(room, 16)))
    }
    const top = max(f64x2.extract_lane(tops, 0), f64x2.extract_lane(tops, 1))
    // A point that is not finite, or a weight that is not.
    if (!(max(f64x2.extract_lane(farthest, 0), f64x2.extract_lane(farthest, 1)) < Infinity) || !(top < Infinity)) task.poisoned = 1
    if (top > reference + SLACK) {
      const factor = reference == NONE ? 0 : Math.exp2(reference - top)
      for (let j = 0; j < d; j++) store<f64>(sums + (j << 3), load<f64>(sums + (j << 3)) * factor)
      total *= factor
      squares *= factor * factor
      norm *= factor
      reference = top
    }
    if (!(top > reference - task.cut)) continue
    const base = v128.splat<f64>(reference)
    const cut = v128.splat<f32>(-task.cut as f32)
    y0 = y
    for (let i = 0; i < count; i += 4, y0 += 4 * stride) {
      const room = bits + (i << 3)
      const lower = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(room), base))
      const upper = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(room, 16), base))
      const t = v128.shuffle<f32>(lower, upper, 0, 1, 4, 5)
      const mask = f32x4.gt(t, cut)
      if (!v128.any_true(mask)) continue
      v128.store(task.top, v128.and(exp2(t), mask))
      addPoints(task, sums, task.top, y0, min(y0 + stride, last), min(y0 + 2 * stride, last), min(y0 + 3 * stride, last))
      for (let k = 0; k < 4; k++) {
        const w = load<f32>(task.top + (k << 2)) as f64
        total += w
        if (w == 0 || !task.moments) continue
        squares += w * w
        norm += w * squareAbout(task, y0 + (k as usize) * stride)
      }
    }
  }
  for (let j = 0; j < d; j++) store<f64>(sums + (j << 3), load<f64>(sums + (j << 3)) - total * load<f64>(task.centre64 + (j << 3)))
  store<f64>(header, reference, REFERENCE)
  store<f64>(header, total, TOTAL)
  store<f64>(header, squares, SQUARES)
  store<f64>(header, norm, NORM)
  finish(task, results, row, bad, header, sums, 8)
}
