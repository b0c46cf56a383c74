// The posterior over a tree whose groups stand for Gaussians, opened level by level while their share of the error may exceed `opening`.

import { accept, weights } from '../generated/tree'
import { madd } from '../lanes'
import { addBlocks } from './blocks'
import { exp2, LEAST } from './exp2'
import { dimensionOf, fixedBytes, fixedOf, groupsOf, levelsOf, preparedBytes, preparedOf, rankOf } from './layout'
import { finish, logDensityOf, missing } from './result'
import { begin, exponentsOf, fold, largest, listOf, raise, refer, sumsOf, vectorsOf, weightsOf, wide } from './state'

/** log₂ of the weights of the packs in a list, relative to the top, which is raised to the largest. Gives false where all are left out. */
function weigh(head: usize, state: usize, level: i32, list: usize, count: i32, alpha: f32): bool {
  const dimension = dimensionOf(head), rank = rankOf(head)
  const out = weightsOf(state, dimension), query = vectorsOf(state, dimension), room = query + ((dimension as usize) << 5)
  const fixed = fixedOf(head, level), prepared = preparedOf(head, level, 0)
  const fixedStep = fixedBytes(dimension, rank), preparedStep = preparedBytes(rank)
  let top = f32x4.splat(load<f64>(state) as f32)
  for (let k = 0; k < count; k++) {
    const pack = load<i32>(list + ((k as usize) << 2)) as usize
    const to = out + ((k as usize) << 6)
    top = f32x4.pmax(top, weights(dimension, rank, alpha, query, fixed + pack * fixedStep, prepared + pack * preparedStep, to, room))
  }
  raise(state, dimension, largest(top))
  return largest(top) > <f32>0.1 * LEAST
}

/** Σ 2^(e − top) over the packs of a list. */
function totalOf(out: usize, count: i32, top: f32): f64 {
  const top4 = f32x4.splat(top), least = f32x4.splat(-60)
  let total = f32x4.splat(0)
  for (let at = out, end = out + ((count as usize) << 6); at < end; at += 16) {
    const e = f32x4.sub(v128.load(at), top4)
    total = f32x4.add(total, v128.and(exp2(e), f32x4.gt(e, least)))
  }
  const low = f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1)
  const high = f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3)
  return (low as f64) + (high as f64)
}

/** Where in the list the largest exponent stands: the heaviest group. */
function heaviest(out: usize, count: i32, top: f32): i32 {
  for (let k = 0; k < 4 * count; k++) {
    const full = f32x4.ge(v128.load(out + ((k as usize) << 4)), f32x4.splat(top))
    const lanes = i32x4.bitmask(full)
    if (lanes != 0) return 4 * k + (ctz(lanes) as i32)
  }
  return 0
}

/** Accepts the groups of a list, or opens them: gives how many were opened, and their numbers in `next`. */
function sort(
  head: usize, state: usize, level: i32, list: usize, count: i32, next: usize, alpha: f32, threshold: f32, least: f32, moments: bool,
): i32 {
  const dimension = dimensionOf(head), rank = rankOf(head), groups = groupsOf(head, level)
  const out = weightsOf(state, dimension), query = vectorsOf(state, dimension), sums = sumsOf(state, dimension)
  const reference = query + ((dimension as usize) << 4), room = query + ((dimension as usize) << 5), squares = exponentsOf(state, dimension)
  const fixed = fixedOf(head, level), prepared = preparedOf(head, level, 0)
  const fixedStep = fixedBytes(dimension, rank), preparedStep = preparedBytes(rank)
  const top4 = f32x4.splat(load<f64>(state) as f32), threshold4 = f32x4.splat(threshold), least4 = f32x4.splat(least)
  const twice = f32x4.splat(2 * (load<f64>(state) as f32))
  const asked = ((rank + 2) as usize) << 6
  let opened = 0
  for (let k = 0; k < count; k++) {
    const pack = load<i32>(list + ((k as usize) << 2))
    const at = fixed + (pack as usize) * fixedStep, along = prepared + (pack as usize) * preparedStep
    let squared = false
    for (let v = 0; v < 4; v++) {
      const by = (v as usize) << 4
      const e = v128.load(out + ((k as usize) << 6) + by)
      const open = f32x4.ge(madd<f32>(e, v128.load(along + asked + by), v128.load(along + asked + 64 + by)), threshold4)
      let lanes = i32x4.bitmask(open)
      while (lanes != 0) {
        const group = (pack << 4) + (v << 2) + (ctz(lanes) as i32)
        store<i32>(next + ((opened as usize) << 2), group)
        opened += i32(group < groups)
        lanes &= lanes - 1
      }
      const counts = v128.andnot(f32x4.gt(e, least4), open)
      if (!v128.any_true(counts)) continue
      const w = v128.and(exp2(f32x4.sub(e, top4)), counts)
      accept(dimension, rank, alpha, query, at + by, along + by, w, reference, sums, moments, room)
      if (!moments) continue
      if (!squared) weights(dimension, rank, alpha, query, at, preparedOf(head, level, 1) + (pack as usize) * preparedStep, squares, room)
      squared = true
      const w2 = v128.and(exp2(f32x4.sub(v128.load(squares + by), twice)), counts)
      v128.store(sums, f32x4.add(v128.load(sums, 32), w2), 32)
    }
  }
  fold(state, dimension)
  return opened
}

/** One query. No sums where every point is left out. */
function visit(head: usize, state: usize, alpha: f64, sigma: f64, opening: f64, moments: bool): void {
  const dimension = dimensionOf(head)
  let level = max(levelsOf(head) - 2, 0), count = 1, which = 0
  const out = weightsOf(state, dimension)
  store<i32>(listOf(state, head, 0), 0)
  while (true) {
    const list = listOf(state, head, which), next = listOf(state, head, 1 - which)
    if (!weigh(head, state, level, list, count, alpha as f32)) return
    const top = load<f64>(state)
    const total = load<f64>(wide(state, 1)) + totalOf(out, count, top as f32)
    const heavy = heaviest(out, count, top as f32)
    const pack = load<i32>(list + ((heavy >>> 4) << 2))
    refer(state, dimension, fixedOf(head, level) + (pack as usize) * fixedBytes(dimension, rankOf(head)) + (((heavy & 15) as usize) << 2))
    const threshold = (top + Math.log2(opening * total)) as f32
    const least = (top + max<f64>(-60, Math.log2(min<f64>(1e-8, 1e-3 * opening) * total))) as f32
    const opened = sort(head, state, level, list, count, next, alpha as f32, threshold, least, moments)
    which = 1 - which
    count = opened
    if (level == 0 || opened == 0) break
    level--
  }
  addBlocks(head, state, listOf(state, head, which), count, alpha, sigma, moments)
}

/**
 * Places from … to of the order that queries are taken in. `logDensity`, `trace` and `sampleSize` are 0 where the mean alone is wanted, `order`
 * where rows are taken as they stand.
 */
export function treeVerified_f32(
  head: usize, x: usize, order: usize, mean: usize, logDensity: usize, trace: usize, sampleSize: usize,
  alpha: f64, sigma: f64, opening: f64, from: i32, to: i32, scratch: usize,
): void {
  const dimension = dimensionOf(head)
  for (let place = from; place < to; place++) {
    const row = order == 0 ? place : load<i32>(order + ((place as usize) << 2))
    const query = x + ((row * dimension) as usize) * 4
    if (begin(head, scratch, query, alpha)) {
      visit(head, scratch, alpha, sigma, opening, logDensity != 0)
      finish(head, scratch, sigma, row, mean, logDensity, trace, sampleSize)
    } else missing(dimension, row, mean, logDensity, trace, sampleSize, logDensityOf(query, dimension))
  }
}
