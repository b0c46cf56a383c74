// What a thread's scratch holds: the task, one tile of points, and the state of up to eight panels of eight queries each.
// src/operations/posterior-panel.ts counts the same bytes.

/** The header of a panel: for each of its eight queries … */
// @ts-ignore: decorator
@inline
export const REFERENCE: usize = 0 // f64: the logit, in bits, that weights are relative to
// @ts-ignore: decorator
@inline
export const TOTAL: usize = 64 // f64: Σ w
// @ts-ignore: decorator
@inline
export const SQUARES: usize = 128 // f64: Σ w²
// @ts-ignore: decorator
@inline
export const NORM: usize = 192 // f64: Σ w |p|²
// @ts-ignore: decorator
@inline
export const SHIFT: usize = 256 // f64: |x'|² log₂e / 2σ², which the dot form leaves out of a logit
// @ts-ignore: decorator
@inline
export const LEVEL: usize = 320 // f32: reference + shift, a whole number wherever the dot form is used
// @ts-ignore: decorator
@inline
export const BAD: usize = 352 // u8: 0, 1 for an infinite query, 2 for NaN
// … and once:
// @ts-ignore: decorator
@inline
export const REACH: usize = 360 // f64: the largest |x'|
// @ts-ignore: decorator
@inline
export const DIRECT: usize = 368 // i32: whether the dot form would leave out too little
// @ts-ignore: decorator
@inline
export const QUIET: usize = 372 // i32: for how many tiles nothing need be left out
// @ts-ignore: decorator
@inline
export const PENDING: usize = 376 // i32: how many tiles the float32 sums hold
// @ts-ignore: decorator
@inline
export const HEADER: usize = 384

/** Before any point: below every logit there is, and finite, so that a difference to it is no NaN. */
// @ts-ignore: decorator
@inline
export const NONE: f64 = -1e308

/** A reference is raised once a logit is this many bits above it. */
// @ts-ignore: decorator
@inline
export const SLACK: f64 = 16

/** The call, and where things lie. p = y − c is a point about the centre c, x' = x − α c a query. */
// @ts-ignore: decorator
@unmanaged
export class Task {
  n: i32
  d: i32
  /** Points of a tile, a multiple of 4. */
  tile: i32
  /** Panels that share a tile. */
  panels: i32
  moments: i32
  /** Whether some point or log-weight makes every result NaN. */
  poisoned: i32
  /** The tile: its first point, and its groups of four. */
  first: i32
  groups: i32
  alpha: f64
  sigma: f64
  /** log₂e / 2σ²: from squared distances to bits. */
  scale: f64
  /** A point whose weight is this many bits below the largest does not count. */
  cut: f64
  /** The tile's largest |p|, and its largest finite |ln π| in bits. */
  radius: f64
  weightSize: f64
  points: usize
  logWeights: usize
  /** c, f32 [d]; f64 [d]. */
  centre: usize
  centre64: usize
  /** The tile: p in f32 [group, d, 4]; ln π − α² |p|²/2σ² in bits, f32 [tile]; |p|², f32 [tile]. */
  packed: usize
  bias: usize
  norms: usize
  /** f32 [tile, 8]: logits without their shift, then weights. */
  logits: usize
  /** i32 [tile / 4]: the groups that count. */
  list: usize
  /** f32 [8]: the largest logit of each query in the tile. */
  top: usize
  /** f64: a group of four points, p [4, d], α p [4, d], then logits [4, 8], weights [4, 8], 8 largest and 8 factors. */
  exact: usize
  /** Panels: header, f32 q [d, 8], f32 sums [d, 8], f64 x' [d, 8], f64 sums [d, 8]. */
  state: usize

  @inline panelBytes(): usize {
    return HEADER + 192 * (this.d as usize)
  }
  @inline exactNumbers(): usize {
    return this.exact + 64 * (this.d as usize)
  }
}

// Parts of a panel.
// @ts-ignore: decorator
@inline
export function queries(panel: usize): usize {
  return panel + HEADER
}
// @ts-ignore: decorator
@inline
export function sums(panel: usize, d: i32): usize {
  return panel + HEADER + 32 * (d as usize)
}
// @ts-ignore: decorator
@inline
export function queries64(panel: usize, d: i32): usize {
  return panel + HEADER + 64 * (d as usize)
}
// @ts-ignore: decorator
@inline
export function sums64(panel: usize, d: i32): usize {
  return panel + HEADER + 128 * (d as usize)
}

// @ts-ignore: decorator
@inline
function roundUp(bytes: usize): usize {
  return (bytes + 63) & ~(63 as usize)
}

/** Lays scratch out for n points in d columns. Sizes depend on d alone. */
export function layOut(task: Task, scratch: usize, n: i32, d: i32): void {
  const tile = d <= 16 ? 128 : 64
  task.n = n
  task.d = d
  task.tile = tile
  task.panels = d <= 256 ? 8 : 4
  const w = d as usize
  const t = tile as usize
  task.centre = scratch + 256
  task.centre64 = task.centre + roundUp(4 * w)
  task.packed = task.centre64 + roundUp(8 * w)
  task.bias = task.packed + roundUp(4 * w * t)
  task.norms = task.bias + 4 * t
  task.logits = task.norms + 4 * t
  task.list = task.logits + 32 * t
  task.top = task.list + roundUp(t)
  task.exact = task.top + 64
  task.state = task.exact + 64 * w + 640
}
