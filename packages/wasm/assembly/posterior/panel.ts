// The posterior over a cloud of four columns or more, in one pass over the points (the recurrence of FlashAttention, Dao et al. 2022, with
// squared distances for scores). Eight queries at a time make a panel, whose numbers lie across the lanes; panels share tiles of points.
//
// Logits, in bits, are first taken from products about the centre c of the cloud, with p = y − c and x' = x − α c:
//   log₂ π − |x − αy|² log₂e / 2σ² = 2α s x'·p + (log₂ π − α² s |p|²) − s |x'|²,   s = log₂e / 2σ².
// In float32, unit roundoff u, the first two terms are wrong by at most
//   (d + 14) u (2 s α|p| (|x'| + α|p|) + |log₂ π|):
// d + 2 roundings of the sum, d + 5 of the bias, and those of p and q. Typically they are wrong by √d + 6 instead of d + 14 units. Where
// that is at most TYPICAL, the logits are used; otherwise they only tell, with the proven bound for a margin, which groups of four points
// can matter, and these are taken again in float64 by differences.
//
// What is more than `cut` = 24 + log₂ n bits below the largest is left out: together it weighs less than 2⁻²⁴.
import { accumulate, dot } from '../generated/posterior-panel'
import { exactGroup } from './panel-exact'
import { finish, logTotal, Results } from './panel-finish'
import { BAD, DIRECT, layOut, LEVEL, PENDING, QUIET, REACH, SHIFT, SLACK, sums64, Task } from './panel-layout'
import { findCentre, packTile } from './panel-pack'
import { rowPosterior } from './panel-row'
import { flush, raise, startPanel } from './panel-state'
import { everyGroup, survivors, weights, weightsOfMoments } from './panel-weights'

/** How wrong a logit may typically be, in bits, for the dot form to be used. */
const TYPICAL: f64 = 0.0009765625
const ROUNDOFF: f64 = 5.9604644775390625e-8

/**
 * Rows from … to: x [M, d], points [n, d], logWeights [n] or 0 → mean [M, d], and where they are not 0 logDensity, trace and ess [M].
 * Cuts at multiples of 8 rows do not change a byte.
 */
export function posteriorPanel_f32(
  x: usize,
  mean: usize,
  logDensity: usize,
  trace: usize,
  ess: usize,
  points: usize,
  n: i32,
  d: i32,
  logWeights: usize,
  alpha: f64,
  sigma: f64,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const task = changetype<Task>(scratch)
  layOut(task, scratch, n, d)
  task.moments = (logDensity | trace | ess) != 0 ? 1 : 0
  task.poisoned = 0
  task.alpha = alpha
  task.sigma = sigma
  task.scale = 0.7213475204444817 / (sigma * sigma)
  task.cut = Math.min(62, 24 + Math.ceil(Math.log2(n as f64)))
  task.points = points
  task.logWeights = logWeights
  findCentre(task)
  const results = changetype<Results>(scratch + 192)
  results.mean = mean
  results.logDensity = logDensity
  results.trace = trace
  results.ess = ess
  results.logNormaliser = logDensity == 0 ? 0 : 0.5 * (d as f64) * Math.log(2 * Math.PI * sigma * sigma) + logTotal(task)

  for (let row = from; row < to; ) {
    let count = min(to - row, 8 * task.panels)
    const rest = count & 7
    if (count > 8 && rest < 3) count -= rest
    if (count < 3) {
      for (; count > 0; count--) rowPosterior(task, results, x, row++)
    } else {
      panelRows(task, results, x, row, count)
      row += count
    }
  }
}

/** Up to eight panels over all tiles. */
function panelRows(task: Task, results: Results, x: usize, row: i32, count: i32): void {
  const panels = (count + 7) >> 3
  const bytes = task.panelBytes()
  for (let k = 0; k < panels; k++) startPanel(task, task.state + (k as usize) * bytes, x, row + 8 * k, min(8, count - 8 * k))
  for (let first = 0; first < task.n; first += task.tile) {
    packTile(task, first)
    for (let k = 0; k < panels; k++) visit(task, task.state + (k as usize) * bytes)
  }
  for (let q = 0; q < count; q++) {
    const panel = task.state + ((q >> 3) as usize) * bytes
    const lane = (q & 7) as usize
    flush(task, panel)
    finish(task, results, row + q, load<u8>(panel + lane, BAD), panel + 8 * lane, sums64(panel, task.d) + 8 * lane, 64)
  }
}

/** One tile for one panel. */
function visit(task: Task, panel: usize): void {
  const radius = Math.abs(task.alpha) * task.radius
  const unit = ROUNDOFF * (2 * task.scale * radius * (load<f64>(panel, REACH) + radius) + task.weightSize)
  const margin = 1.01 * ((task.d + 14) as f64) * unit
  // Neither coefficients nor margins may overflow.
  const safe = margin < 1e9 && task.scale * (1 + Math.abs(task.alpha)) * (1 + load<f64>(panel, REACH) + radius) < 1e30
  const usable = safe && (Math.sqrt(task.d as f64) + 6) * unit <= TYPICAL
  if (!usable && (load<i32>(panel, DIRECT) != 0 || !safe)) {
    differences(task, panel, everyGroup(task))
    return
  }
  dot(task, panel)
  const top0 = v128.load(task.top), top1 = v128.load(task.top, 16)
  const level0 = v128.load(panel, LEVEL), level1 = v128.load(panel, LEVEL + 16)
  if (!usable) {
    const wrong = v128.splat<f32>(margin as f32)
    const below = v128.splat<f32>((margin + task.cut) as f32)
    const bound0 = f32x4.sub(f32x4.pmax(level0, f32x4.sub(top0, wrong)), below)
    const bound1 = f32x4.sub(f32x4.pmax(level1, f32x4.sub(top1, wrong)), below)
    differences(task, panel, survivors(task, bound0, bound1))
    return
  }
  const slack = v128.splat<f32>(SLACK as f32)
  if (v128.any_true(v128.or(f32x4.gt(top0, f32x4.add(level0, slack)), f32x4.gt(top1, f32x4.add(level1, slack))))) raiseTo(task, panel)
  products(task, panel)
}

/** The largest logits of the tile as references. */
function raiseTo(task: Task, panel: usize): void {
  const tops = task.exactNumbers() + 512
  for (let lane: usize = 0; lane < 8; lane++)
    store<f64>(tops + 8 * lane, (load<f32>(task.top + 4 * lane) as f64) - load<f64>(panel + 8 * lane, SHIFT))
  raise(task, panel, tops)
}

/** Adds the tile by the logits that the dot form gave. While nearly all groups count, they are looked through in one tile of eight only. */
function products(task: Task, panel: usize): void {
  const quiet = load<i32>(panel, QUIET)
  let count: i32
  if (quiet > 0) {
    store<i32>(panel, quiet - 1, QUIET)
    count = everyGroup(task)
  } else {
    const cut = v128.splat<f32>(task.cut as f32)
    count = survivors(task, f32x4.sub(v128.load(panel, LEVEL), cut), f32x4.sub(v128.load(panel, LEVEL + 16), cut))
    if (8 * count > 7 * task.groups) store<i32>(panel, 7, QUIET)
  }
  if (count == 0) return
  if (task.moments) weightsOfMoments(task, panel, count)
  else weights(task, panel, count)
  accumulate(task, panel, count)
  if (load<i32>(panel, PENDING) == 8) flush(task, panel)
}

/** Adds `count` listed groups in float64. Where more than half of the groups count, the next tile is not looked through first. */
function differences(task: Task, panel: usize, count: i32): void {
  let live = 0
  for (let k = 0; k < count; k++) live += min(1, exactGroup(task, panel, load<i32>(task.list + (k << 2))))
  store<i32>(panel, (2 * live > task.groups) as i32, DIRECT)
}
