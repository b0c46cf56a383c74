// The posterior over a tree whose far groups are left out. With weights π_i that add up to 1 and S = Σ π_i 2^(−q_i), q_i = ½ log₂e |x − α y_i|²/σ²,
// what is left out moves the mean by at most Σ π_i 2^(−q_i) |y_i − m| / S over it, and |y_i − m| is at most the diagonal Δ of the cloud's box. A
// group whose box is so far that 2^(−q) Δ ≤ tolerance · S′, S′ ≤ S being what has been summed, adds at most its weight times the tolerance; all
// weights add up to at most 1, so all that is left out to at most the tolerance. The nearest block goes first and makes S′ large.

import { madd } from '../lanes'
import { addBlock, centreOf } from './blocks'
import { boxBytes, boxesOf, dimensionOf, extentOf, groupsOf, levelsOf } from './layout'
import { finish, logDensityOf, missing } from './result'
import { begin, fold, listOf, refer, vectorsOf, weightsOf, wide } from './state'

/** out[16] = q of the boxes of a pack, from below: gaps are made smaller by what float32 may have added to them. */
function distances(dimension: i32, alpha: f32, perSquare: f32, extent: f32, query: usize, boxes: usize, out: usize): void {
  const alpha4 = f32x4.splat(alpha), zero = f32x4.splat(0), ulp = f32x4.splat(<f32>2.4e-7)
  const reach = f32x4.splat(abs(alpha) * extent), perSquare4 = f32x4.splat(perSquare)
  const upper = (dimension as usize) << 6
  for (let v: usize = 0; v < 64; v += 16) {
    let total = zero
    for (let d = 0; d < dimension; d++) {
      const x = v128.load(query + ((d as usize) << 4))
      const at = boxes + ((d as usize) << 6) + v
      const a = f32x4.mul(alpha4, v128.load(at)), b = f32x4.mul(alpha4, v128.load(at + upper))
      const outside = f32x4.max(f32x4.sub(f32x4.min(a, b), x), f32x4.sub(x, f32x4.max(a, b)))
      const gap = f32x4.max(zero, f32x4.sub(outside, f32x4.mul(ulp, f32x4.add(f32x4.abs(x), reach))))
      total = madd<f32>(gap, gap, total)
    }
    v128.store(out + v, f32x4.mul(total, perSquare4))
  }
}

/** The block that a walk to the nearest box of each level ends at. */
function nearestBlock(head: usize, state: usize, alpha: f32, perSquare: f32): i32 {
  const dimension = dimensionOf(head)
  const out = weightsOf(state, dimension)
  let group = 0
  for (let level = max(levelsOf(head) - 2, 0); level >= 0; level--) {
    const boxes = boxesOf(head, level) + (group as usize) * boxBytes(dimension)
    distances(dimension, alpha, perSquare, extentOf(head) as f32, vectorsOf(state, dimension), boxes, out)
    const there = min(16, groupsOf(head, level) - 16 * group)
    let best = 0
    for (let lane = 1; lane < there; lane++) if (load<f32>(out + ((lane as usize) << 2)) < load<f32>(out + ((best as usize) << 2))) best = lane
    group = 16 * group + best
  }
  return group
}

/**
 * From this q on a group is left out. The hundredth pays for the rounding of the sum. For the moments no more than a share of 2⁻²⁰ is left out,
 * however large the tolerance.
 */
// @ts-ignore: decorator
@inline
function cutOf(head: usize, state: usize, tolerance: f64, moments: bool): f64 {
  // Where all points are equal nothing moves the mean, whatever the tolerance.
  const ratio = extentOf(head) > 0 ? extentOf(head) / tolerance : 0
  return 0.01 + Math.log2(moments ? max<f64>(1048576, ratio) : ratio) - load<f64>(state) - Math.log2(load<f64>(wide(state, 1)))
}

function visit(head: usize, state: usize, alpha: f64, sigma: f64, tolerance: f64, moments: bool): void {
  const dimension = dimensionOf(head)
  const perSquare = (0.72134752 * (1 - 4e-7 * (dimension as f64)) / (sigma * sigma)) as f32
  const out = weightsOf(state, dimension), boxStep = boxBytes(dimension)
  const first = nearestBlock(head, state, alpha as f32, perSquare)
  refer(state, dimension, centreOf(head, 0, first))
  addBlock(head, state, first, alpha, sigma, moments)
  fold(state, dimension)
  let cut = cutOf(head, state, tolerance, moments)
  let count = 1, which = 0
  store<i32>(listOf(state, head, 0), 0)
  for (let level = max(levelsOf(head) - 2, 0); ; level--) {
    const list = listOf(state, head, which), next = listOf(state, head, 1 - which)
    const groups = groupsOf(head, level)
    for (let k = 0; k < count; k++) {
      const pack = load<i32>(list + ((k as usize) << 2))
      const boxes = boxesOf(head, level) + (pack as usize) * boxStep
      distances(dimension, alpha as f32, perSquare, extentOf(head) as f32, vectorsOf(state, dimension), boxes, out + ((k as usize) << 6))
    }
    if (level == 0) break
    let kept = 0
    for (let k = 0; k < 16 * count; k++) {
      const group = (load<i32>(list + ((k >>> 4) << 2)) << 4) + (k & 15)
      if (group >= groups || (load<f32>(out + ((k as usize) << 2)) as f64) >= cut) continue
      store<i32>(next + ((kept as usize) << 2), group)
      kept++
    }
    count = kept
    which = 1 - which
  }
  // The blocks, in shells of growing q: what the near ones add lets more of the far ones be left out.
  const list = listOf(state, head, which), blocks = groupsOf(head, 0)
  let from = -1.0, to = 2.0
  while (from < cut) {
    let added = 0, left = 0
    for (let k = 0; k < 16 * count; k++) {
      const block = (load<i32>(list + ((k >>> 4) << 2)) << 4) + (k & 15)
      const q = load<f32>(out + ((k as usize) << 2)) as f64
      if (block >= blocks || block == first || q < from || q >= cut) continue
      if (q >= to) {
        left++
        continue
      }
      addBlock(head, state, block, alpha, sigma, moments)
      if ((++added & 63) == 0) fold(state, dimension)
    }
    fold(state, dimension)
    cut = cutOf(head, state, tolerance, moments)
    if (left == 0) break
    from = to
    to *= 2
  }
}

/**
 * Places from … to of the order that queries are taken in. `logDensity`, `trace` and `sampleSize` are 0 where the mean alone is wanted, `order`
 * where rows are taken as they stand.
 */
export function treeCertified_f32(
  head: usize, x: usize, order: usize, mean: usize, logDensity: usize, trace: usize, sampleSize: usize,
  alpha: f64, sigma: f64, tolerance: f64, from: i32, to: i32, scratch: usize,
): void {
  const dimension = dimensionOf(head)
  for (let place = from; place < to; place++) {
    const row = order == 0 ? place : load<i32>(order + ((place as usize) << 2))
    const query = x + ((row * dimension) as usize) * 4
    if (begin(head, scratch, query, alpha)) {
      visit(head, scratch, alpha, sigma, tolerance, logDensity != 0)
      finish(head, scratch, sigma, row, mean, logDensity, trace, sampleSize)
    } else missing(dimension, row, mean, logDensity, trace, sampleSize, logDensityOf(query, dimension))
  }
}
