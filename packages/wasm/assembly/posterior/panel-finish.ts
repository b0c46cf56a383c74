// What the sums of a query say: mean, log-density, covariance trace and effective sample size.
import { NONE, NORM, REFERENCE, SQUARES, Task, TOTAL } from './panel-layout'
import { exp2 } from './panel-exp2'

const LN2: f64 = 0.6931471805599453
const LOG2E: f64 = 1.4426950408889634

/** Where the results go; 0 for those that are not wanted. */
// @ts-ignore: decorator
@unmanaged
export class Results {
  mean: usize
  logDensity: usize
  trace: usize
  ess: usize
  /** ln ((2πσ²)^(d/2) Σ π). */
  logNormaliser: f64
}

/**
 * Writes row `row` from the numbers of one query: `header` points at its REFERENCE, sums64 at its first sum, `stride` bytes from the next.
 * m = c + Σwp/Σw; tr Cov = Σw|p|²/Σw − |m − c|², in float64.
 */
export function finish(task: Task, results: Results, row: i32, bad: u8, header: usize, sums64: usize, stride: usize): void {
  const total = load<f64>(header, TOTAL)
  const none = !(load<f64>(header, REFERENCE) > NONE)
  const valid = bad == 0 && !none && task.poisoned == 0
  const inverse = valid ? 1 / total : NaN
  const out = results.mean + (row as usize) * ((task.d as usize) << 2)
  let square = 0.0
  for (let j = 0; j < task.d; j++) {
    const about = load<f64>(sums64 + (j as usize) * stride) * inverse
    square += about * about
    store<f32>(out + (j << 2), (load<f64>(task.centre64 + (j << 3)) + about) as f32)
  }
  const at = (row as usize) << 2
  if (results.logDensity != 0) {
    let logDensity = (load<f64>(header, REFERENCE) + Math.log2(total)) * LN2 - results.logNormaliser
    if (!valid) logDensity = bad == 1 && task.poisoned == 0 ? -Infinity : NaN
    store<f32>(results.logDensity + at, logDensity as f32)
  }
  if (results.trace != 0) store<f32>(results.trace + at, (valid ? max(0, load<f64>(header, NORM) * inverse - square) : NaN) as f32)
  if (results.ess != 0) store<f32>(results.ess + at, (total * total / load<f64>(header, SQUARES) * (valid ? 1 : NaN)) as f32)
}

// @ts-ignore: decorator
@inline
function weightOf(task: Task, i: i32): f64 {
  return load<f32>(task.logWeights + ((i as usize) << 2)) as f64
}

/** ln Σ π; ln n for equal weights. −Infinity where all are left out. */
export function logTotal(task: Task): f64 {
  if (task.logWeights == 0) return Math.log(task.n as f64)
  let top = -Infinity
  for (let i = 0; i < task.n; i++) top = max(top, weightOf(task, i))
  let sum = 0.0
  const room = task.logits
  for (let i = 0; i < task.n; i += 4) {
    for (let k = 0; k < 4; k++)
      store<f32>(room + (k << 2), i + k < task.n ? ((weightOf(task, i + k) - top) * LOG2E) as f32 : -64)
    const w = exp2(v128.load(room))
    sum += (f32x4.extract_lane(w, 0) + f32x4.extract_lane(w, 1) + f32x4.extract_lane(w, 2) + f32x4.extract_lane(w, 3)) as f64
  }
  return top + Math.log(sum)
}
