// A tile of points about a centre, four points side by side: the numbers that the dot form of the distance multiplies.
import { madd } from '../lanes'
import { Task } from './panel-layout'

const LOG2E: f64 = 1.4426950408889634

/**
 * The centre c of the cloud: in each column the median of up to 15 points taken at even steps. It need only be somewhere among the points;
 * a median is one of the coordinates (so equal points lie at exactly 0) and is not drawn away by outliers.
 */
export function findCentre(task: Task): void {
  const count = min(task.n, 15)
  const sorted = task.bias
  for (let j = 0; j < task.d; j++) {
    for (let k = 0; k < count; k++) {
      const row = ((k as i64) * (task.n as i64) / (count as i64)) as usize
      const value = load<f32>(task.points + ((row * (task.d as usize) + (j as usize)) << 2))
      let at = k
      for (; at > 0 && load<f32>(sorted + ((at - 1) << 2)) > value; at--)
        store<f32>(sorted + (at << 2), load<f32>(sorted + ((at - 1) << 2)))
      store<f32>(sorted + (at << 2), value)
    }
    const c = load<f32>(sorted + ((count >> 1) << 2))
    store<f32>(task.centre + (j << 2), c)
    store<f64>(task.centre64 + (j << 3), c as f64)
  }
}

/** Makes the tile that starts at a point. Places past the last point weigh nothing. */
export function packTile(task: Task, first: i32): void {
  const rows = min(task.tile, task.n - first)
  task.first = first
  task.groups = (rows + 3) >> 2
  task.weightSize = 0
  const scale = v128.splat<f32>((-task.scale * task.alpha * task.alpha) as f32)
  let largest = v128.splat<f32>(0)
  for (let g = 0; g < task.groups; g++) {
    const norm = packGroup(task, g, min(4, rows - 4 * g))
    v128.store(task.norms + ((g as usize) << 4), norm)
    v128.store(task.bias + ((g as usize) << 4), f32x4.mul(norm, scale))
    largest = f32x4.max(largest, norm)
  }
  const square = f32x4.extract_lane(f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1)), 0)
  const other = f32x4.extract_lane(f32x4.max(largest, v128.shuffle<f32>(largest, largest, 3, 2, 1, 0)), 0)
  task.radius = sqrt(max(square, other) as f64)
  // Not finite, or so large that float32 cannot hold its square.
  if (!(task.radius < Infinity)) for (let i = first; i < first + rows; i++) checkPoint(task, i)
  if (task.logWeights != 0) addLogWeights(task, rows)
  for (let i = rows; i < 4 * task.groups; i++) store<f32>(task.bias + ((i as usize) << 2), -Infinity)
}

/** bias += ln π in bits. */
function addLogWeights(task: Task, rows: i32): void {
  const from = task.logWeights + ((task.first as usize) << 2)
  for (let i: usize = 0; i < (rows as usize) << 2; i += 4) {
    const bits = (load<f32>(from + i) as f64) * LOG2E
    if (!(bits < Infinity)) task.poisoned = 1
    if (bits > -Infinity) task.weightSize = max(task.weightSize, abs(bits))
    store<f32>(task.bias + i, ((load<f32>(task.bias + i) as f64) + bits) as f32)
  }
}

/** Four points, transposed in squares of four. Gives their |p|². */
function packGroup(task: Task, g: i32, live: i32): v128 {
  const d = task.d
  const stride = (d as usize) << 2
  const a = task.points + ((task.first + 4 * g) as usize) * stride
  // A place past the end takes the group's first point.
  const b = live > 1 ? a + stride : a
  const c = live > 2 ? a + 2 * stride : a
  const e = live > 3 ? a + 3 * stride : a
  let out = task.packed + (g as usize) * ((task.d as usize) << 4)
  let norm = v128.splat<f32>(0)
  let j: usize = 0
  const whole = ((d & ~3) as usize) << 2
  for (; j < whole; j += 16) {
    const centre = v128.load(task.centre + j)
    const p = f32x4.sub(v128.load(a + j), centre)
    const q = f32x4.sub(v128.load(b + j), centre)
    const r = f32x4.sub(v128.load(c + j), centre)
    const s = f32x4.sub(v128.load(e + j), centre)
    const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5)
    const pq2 = v128.shuffle<f32>(p, q, 2, 6, 3, 7)
    const rs = v128.shuffle<f32>(r, s, 0, 4, 1, 5)
    const rs2 = v128.shuffle<f32>(r, s, 2, 6, 3, 7)
    const c0 = v128.shuffle<f32>(pq, rs, 0, 1, 4, 5)
    const c1 = v128.shuffle<f32>(pq, rs, 2, 3, 6, 7)
    const c2 = v128.shuffle<f32>(pq2, rs2, 0, 1, 4, 5)
    const c3 = v128.shuffle<f32>(pq2, rs2, 2, 3, 6, 7)
    v128.store(out, c0)
    v128.store(out, c1, 16)
    v128.store(out, c2, 32)
    v128.store(out, c3, 48)
    norm = madd<f32>(c0, c0, norm)
    norm = madd<f32>(c1, c1, norm)
    norm = madd<f32>(c2, c2, norm)
    norm = madd<f32>(c3, c3, norm)
    out += 64
  }
  for (; j < stride; j += 4) {
    const centre = load<f32>(task.centre + j)
    store<f32>(out, load<f32>(a + j) - centre)
    store<f32>(out, load<f32>(b + j) - centre, 4)
    store<f32>(out, load<f32>(c + j) - centre, 8)
    store<f32>(out, load<f32>(e + j) - centre, 12)
    const column = v128.load(out)
    norm = madd<f32>(column, column, norm)
    out += 16
  }
  return norm
}

/** A coordinate that is not finite poisons every result. */
function checkPoint(task: Task, row: i32): void {
  const at = task.points + (row as usize) * ((task.d as usize) << 2)
  for (let j = 0; j < task.d; j++) if (!isFinite(load<f32>(at + (j << 2)))) task.poisoned = 1
}
