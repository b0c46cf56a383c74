// The state of a panel of eight queries: how it starts, and how its sums are taken over into float64 and rescaled.
import { BAD, HEADER, LEVEL, NONE, NORM, PENDING, REACH, REFERENCE, SHIFT, SLACK, SQUARES, TOTAL } from './panel-layout'
import { queries, queries64, sums, sums64, Task } from './panel-layout'

/** 0 for a query that is finite, 1 for one at infinity, 2 for NaN. */
export function judge(x: usize, d: i32): u8 {
  let bad: u8 = 0
  for (let j = 0; j < d; j++) {
    const value = load<f32>(x + (j << 2))
    if (isNaN(value)) return 2
    if (!isFinite(value)) bad = 1
  }
  return bad
}

/** Rows row … row + count (at most 8) of the queries. Lanes that have no query repeat the first one; a bad query is put at the centre. */
export function startPanel(task: Task, panel: usize, x: usize, row: i32, count: i32): void {
  memory.fill(panel, 0, HEADER + 192 * (task.d as usize))
  let reach = 0.0
  for (let lane = 0; lane < 8; lane++) {
    const from = x + ((lane < count ? row + lane : row) as usize) * ((task.d as usize) << 2)
    const bad = judge(from, task.d)
    let square = 0.0
    if (bad == 0)
      for (let j = 0; j < task.d; j++) {
        const about = (load<f32>(from + (j << 2)) as f64) - task.alpha * load<f64>(task.centre64 + (j << 3))
        square += about * about
        const at = ((8 * j + lane) as usize) << 2
        store<f64>(queries64(panel, task.d) + 2 * at, about)
        store<f32>(queries(panel) + at, (2 * task.alpha * task.scale * about) as f32)
      }
    reach = max(reach, square)
    store<u8>(panel + lane, bad, BAD)
    store<f64>(panel + (lane << 3), NONE, REFERENCE)
    store<f64>(panel + (lane << 3), square * task.scale, SHIFT)
    store<f32>(panel + (lane << 2), -1e30, LEVEL)
  }
  store<f64>(panel, sqrt(reach), REACH)
}

/** Takes the float32 sums over into the float64 ones. */
export function flush(task: Task, panel: usize): void {
  if (load<i32>(panel, PENDING) == 0) return
  store<i32>(panel, 0, PENDING)
  let from = sums(panel, task.d)
  let to = sums64(panel, task.d)
  const zero = v128.splat<f32>(0)
  for (const end = from + 32 * (task.d as usize); from < end; from += 16) {
    const part = v128.load(from)
    v128.store(from, zero)
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(part)))
    v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(part, part, 2, 3, 2, 3))), 16)
    to += 32
  }
}

/**
 * Makes that logit the reference of every query whose logit in `tops` (f64 [8]) is SLACK bits above the one it has, and rescales its sums.
 * Where numbers are of a size that the dot form can have, reference + shift is a whole number, so that float32 holds it exactly.
 */
export function raise(task: Task, panel: usize, tops: usize): void {
  flush(task, panel)
  const factors = tops + 64
  for (let lane = 0; lane < 8; lane++) {
    const at = panel + (lane << 3)
    const top = load<f64>(tops + (lane << 3))
    const before = load<f64>(at, REFERENCE)
    let factor = 1.0
    if (top > before + SLACK) {
      const shift = load<f64>(at, SHIFT)
      const level = Math.ceil(top + shift)
      const whole = Math.abs(level) < 4194304 && shift < 1e12
      const after = whole ? level - shift : top
      store<f64>(at, after, REFERENCE)
      store<f32>(panel + (lane << 2), (whole ? level : top + shift) as f32, LEVEL)
      factor = before == NONE ? 0 : Math.exp2(before - after)
      store<f64>(at, load<f64>(at, TOTAL) * factor, TOTAL)
      store<f64>(at, load<f64>(at, SQUARES) * factor * factor, SQUARES)
      store<f64>(at, load<f64>(at, NORM) * factor, NORM)
    }
    store<f64>(factors + (lane << 3), factor)
  }
  const f0 = v128.load(factors), f1 = v128.load(factors, 16), f2 = v128.load(factors, 32), f3 = v128.load(factors, 48)
  let at = sums64(panel, task.d)
  for (const end = at + 64 * (task.d as usize); at < end; at += 64) {
    v128.store(at, f64x2.mul(v128.load(at), f0))
    v128.store(at, f64x2.mul(v128.load(at, 16), f1), 16)
    v128.store(at, f64x2.mul(v128.load(at, 32), f2), 32)
    v128.store(at, f64x2.mul(v128.load(at, 48), f3), 48)
  }
}
