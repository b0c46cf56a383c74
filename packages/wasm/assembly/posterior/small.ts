// The posterior over a cloud of 1, 2 or 3 columns in float32: 12 queries at once, tiles of 128 points, one pass. The loops are generated
// (scripts/templates/posterior-small.mjs); here is what happens once a tile or once a query, in float64.
//
// Every lane has a centre c, and its logits are against the centre's, so that no two large numbers are subtracted. A lane is safe
// when no point can exceed its centre by more than 2³²: then nothing overflows, and the centre stays. Until then each tile is looked
// through first, and its best point becomes the centre if it is better. After its first tile the centre moves to the mean so far, where
// that is about as likely. What a lane does depends on its query and the cloud alone: a row has the same bits in any company.
//
// A point below 2⁻⁶⁰ of the centre weighs exactly 0, so that no weight nor its square is a denormal number. The total is at least 2⁻¹⁰, so a
// million points that are left out are less than 2⁻³⁰ of it.
import * as at from '../generated/posterior-small'
import { normaliserOf, posteriorRows } from './rows'
import { centreOf, CONCENTRATION, get, LOGIT, moveCentre, NEAR, nearness, set, setOffset, slopesOf, SMALLEST, SQUARES, STATE, TOTALS } from './small-lane'
import { bestOfTile, sumsOfTile, topOfTile } from './small-tiles'

const LANES: i32 = 12
const TILE: i32 = 128
const FLOOR: f64 = -60
/** How far, in bits, a point may be above a centre that stays. */
const SAFE: f64 = 32
/** How far, in bits, the mean so far may be from the total when it becomes the centre. */
const ALIKE: f64 = 10
/** Where the scratch block of the float64 kernel starts. */
const REST: usize = 2176

const SEARCHING: i32 = 0
const SAFELY: i32 = 1
/** Handed to the float64 kernel. */
const ODD: i32 = 2

// @ts-ignore: decorator
@inline
function state(block: usize, lane: i32): i32 {
  return load<i32>(block + STATE + ((lane as usize) << 2))
}
// @ts-ignore: decorator
@inline
function setState(block: usize, lane: i32, value: i32): void {
  store<i32>(block + STATE + ((lane as usize) << 2), value)
}
// @ts-ignore: decorator
@inline
function constant(place: usize, value: f64): void {
  v128.store(place, f32x4.splat(value as f32))
}
// @ts-ignore: decorator
@inline
function logWeightOf(logWeights: usize, i: i32): f32 {
  return logWeights == 0 ? 0 : load<f32>(logWeights + ((i as usize) << 2))
}

/** The largest |y_j|, or Infinity for points that are not all finite. */
function reachOf(points: usize, count: i32): f64 {
  const infinity = f32x4.splat(Infinity)
  let top = f32x4.splat(0)
  let finite = f32x4.eq(top, top)
  let at = points
  for (const end = points + ((count & -4) << 2); at < end; at += 16) {
    const size = f32x4.abs(v128.load(at))
    finite = v128.and(finite, f32x4.lt(size, infinity))
    top = f32x4.pmax(top, size)
  }
  for (const end = points + (count << 2); at < end; at += 4) {
    const size = f32x4.abs(v128.load32_splat(at))
    finite = v128.and(finite, f32x4.lt(size, infinity))
    top = f32x4.pmax(top, size)
  }
  if (!i32x4.all_true(finite)) return Infinity
  return max<f32>(max<f32>(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)), max<f32>(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3))) as f64
}

/** The heaviest point, or −1 where a log-weight is NaN or Infinity, or all are −Infinity. */
function heaviestOf(logWeights: usize, n: i32): i32 {
  if (logWeights == 0) return 0
  let best = -1
  let top: f32 = -Infinity
  for (let i = 0; i < n; i++) {
    const weight = logWeightOf(logWeights, i)
    if (!(weight < Infinity)) return -1
    if (weight > top) {
      top = weight
      best = i
    }
  }
  return best
}

// @ts-ignore: decorator
@inline
function settle(block: usize, lane: i32, logit: f64): void {
  // The most that there can be is a point at x as heavy as the heaviest, whose logit is 0.
  if (-logit <= SAFE) setState(block, lane, SAFELY)
}

/** Rows from … to; logDensity, trace and ess are not looked at for the mean alone. The scratch block has 6528 bytes. */
export function posteriorSmall(moments: bool, x: usize, mean: usize, logDensity: usize, trace: usize, ess: usize, points: usize, n: i32, d: i32, logWeights: usize, alpha: f64, sigma: f64, from: i32, to: i32, block: usize): void {
  const normaliser: f64 = moments ? normaliserOf<f32>(logWeights, n, d, sigma) : 0
  const rate = Math.LOG2E / (2 * sigma * sigma)
  const reach = reachOf(points, n * d)
  const first = heaviestOf(logWeights, n)
  // What cannot change a weight by a part in 10¹² is 0 rather than a denormal number.
  const negligible = 1e-12 / max<f64>(reach, 1e-300)
  const quadratic = alpha * alpha * rate
  const kappa = quadratic >= SMALLEST ? -quadratic : 0
  if (!(reach < 1e18) || !(quadratic < 1e30) || (kappa == 0 && !(quadratic * reach < negligible)) || first < 0) {
    posteriorRows<f32>(x, mean, logDensity, trace, ess, points, n, d, logWeights, alpha, sigma, from, to, normaliser, block + REST)
    return
  }
  const heaviest = logWeightOf(logWeights, first)
  constant(block + at.AT_MAGIC, 12582912)
  constant(block + at.AT_FLOOR, FLOOR)
  constant(block + at.AT_ONE, 1)
  constant(block + at.AT_C1, 0.6931470036506653)
  constant(block + at.AT_C2, 0.24022242426872253)
  constant(block + at.AT_C3, 0.05550733581185341)
  constant(block + at.AT_C4, 0.009671512991189957)
  constant(block + at.AT_C5, 0.001326472731307149)
  constant(block + at.AT_KAPPA, kappa)
  constant(block + at.AT_SCALE, Math.LOG2E)
  constant(block + at.AT_HEAVIEST, heaviest as f64)
  for (let q = from; q < to; q += LANES) {
    start(block, x, min(LANES, to - q), q, points, first, d, alpha, rate, negligible)
    sweep(moments, block, x, q, min(LANES, to - q), points, n, d, logWeights, heaviest, alpha, rate, negligible)
    for (let lane = 0; lane < min(LANES, to - q); lane++) {
      const row = q + lane
      if (!finish(moments, block, lane, row, mean, logDensity, trace, ess, d, heaviest, normaliser))
        posteriorRows<f32>(x, mean, logDensity, trace, ess, points, n, d, logWeights, alpha, sigma, row, row + 1, normaliser, block + REST)
    }
  }
}

/** Puts queries q … q + count into the lanes, and the last again into those that are left; the heaviest point is the centre of all. */
function start(block: usize, x: usize, count: i32, q: i32, points: usize, first: i32, d: i32, alpha: f64, rate: f64, negligible: f64): void {
  memory.fill(block + TOTALS, 0, STATE - TOTALS)
  const width = (d as usize) << 2
  const point = points + (first as usize) * width
  for (let lane = 0; lane < LANES; lane++) {
    const query = x + ((q + min(lane, count - 1)) as usize) * width
    setState(block, lane, SEARCHING)
    for (let j = 0; j < d; j++) store<f32>(centreOf(block, j, lane), load<f32>(point + ((j as usize) << 2)))
    store<f32>(block + at.OFFSET + ((lane as usize) << 2), 0)
    const near = nearness(query, point, 4, d, alpha, rate)
    set(block, LOGIT, lane, near)
    set(block, NEAR, lane, near)
    if (slopesOf(block, lane, query, d, alpha, rate, negligible)) settle(block, lane, near)
    else {
      for (let j = 0; j < d; j++) store<f32>(centreOf(block, j, lane) + at.SLOPE - at.CENTRE, 0)
      setState(block, lane, ODD)
    }
  }
}

// @ts-ignore: decorator
@inline
function anySearching(block: usize, lanes: i32): bool {
  for (let lane = 0; lane < lanes; lane++) if (state(block, lane) == SEARCHING) return true
  return false
}

/** The sums of all tiles. */
function sweep(moments: bool, block: usize, x: usize, q: i32, count: i32, points: usize, n: i32, d: i32, logWeights: usize, heaviest: f32, alpha: f64, rate: f64, negligible: f64): void {
  const width = (d as usize) << 2
  const rows: usize = moments ? 6 : 4
  const strips = (count + 3) >> 2
  let wait = 0
  let pause = 1
  for (let i = 0; i < n; i += TILE) {
    const size = min(TILE, n - i)
    const tile = points + (i as usize) * width
    const logs: usize = logWeights == 0 ? 0 : logWeights + ((i as usize) << 2)
    const searching = anySearching(block, strips << 2)
    if (searching || wait == 0) {
      const top = look(block, x, q, count, tile, size, d, logs, i == 0, heaviest, alpha, rate, negligible)
      if (top <= (FLOOR as f32)) continue
      wait = pause
      if (pause < 64) pause *= 4
    } else wait--
    for (let strip = 0; strip < strips; strip++) sumsOfTile(d, moments, block, block + ((strip as usize) << 4), tile, logs, size)
    for (let strip: usize = 0; strip < (strips as usize); strip++)
      for (let row: usize = 0; row < rows; row++) {
        const place = block + TOTALS + row * 96 + (strip << 5)
        const sums = v128.load(block + at.SUMS + (row << 6) + (strip << 4))
        const last = i8x16.shuffle(sums, sums, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
        v128.store(place, f64x2.add(v128.load(place), f64x2.promote_low_f32x4(sums)))
        v128.store(place, f64x2.add(v128.load(place, 16), f64x2.promote_low_f32x4(last)), 16)
      }
    if ((i == 0 || i == 7 * TILE || i == 63 * TILE) && n > i + TILE)
      for (let lane = 0; lane < strips << 2; lane++)
        if (state(block, lane) != ODD) toMean(block, lane, x + ((q + min(lane, count - 1)) as usize) * width, d, alpha, rate, negligible)
  }
}

// @ts-ignore: decorator
@inline
function topOf(lanes: usize, k: i32): f32 {
  return load<f32>(lanes + at.TOP + ((k as usize) << 2))
}

/**
 * Looks for better centres in a tile, for the lanes that are not safe, and in the first tile for all: a safe lane takes the best point of that. Gives the
 * largest logit of all lanes, or more.
 */
function look(block: usize, x: usize, q: i32, count: i32, tile: usize, size: i32, d: i32, logs: usize, first: bool, heaviest: f32, alpha: f64, rate: f64, negligible: f64): f32 {
  let largest: f32 = -Infinity
  for (let strip = 0; strip < (count + 3) >> 2; strip++) {
    const lanes = block + ((strip as usize) << 4)
    if (first) bestOfTile(d, block, lanes, tile, logs, size)
    else topOfTile(d, block, lanes, tile, logs, size)
    // Against a centre that is very far from the best point logits are inexact, so a better one may be found again; each is better by the
    // exact logits, so this ends.
    let safely = first
    let known = first
    for (;;) {
      let better = false
      for (let k = 0; k < 4; k++) {
        const its = state(block, 4 * strip + k)
        if ((its == SEARCHING || (safely && its == SAFELY)) && topOf(lanes, k) > 0) better = true
      }
      if (!better) break
      if (!known) bestOfTile(d, block, lanes, tile, logs, size)
      known = false
      let again = false
      for (let k = 0; k < 4; k++) {
        const lane = 4 * strip + k
        const its = state(block, lane)
        if (!(its == SEARCHING || (safely && its == SAFELY)) || !(topOf(lanes, k) > 0)) continue
        const best = load<i32>(lanes + at.BEST + ((k as usize) << 2))
        const query = x + ((q + min(lane, count - 1)) as usize) * ((d as usize) << 2)
        if (toPoint(block, lane, query, tile, best, d, logs, heaviest, alpha, rate, negligible) && its == SEARCHING) again = true
      }
      if (!again) break
      safely = false
      topOfTile(d, block, lanes, tile, logs, size)
    }
    for (let k = 0; k < 4; k++) if (state(block, 4 * strip + k) != ODD) largest = max<f32>(largest, topOf(lanes, k))
  }
  return largest
}

/** Moves a lane's centre to a point of a tile if it is better; whether it was. */
function toPoint(block: usize, lane: i32, query: usize, tile: usize, index: i32, d: i32, logs: usize, heaviest: f32, alpha: f64, rate: f64, negligible: f64): bool {
  const point = tile + ((index as usize) << 2) * (d as usize)
  const weight = logWeightOf(logs, index)
  const near = nearness(query, point, 4, d, alpha, rate)
  const logit = near + ((weight - heaviest) as f64) * Math.LOG2E
  if (!(logit > get(block, LOGIT, lane))) return false
  moveCentre(block, lane, d, point, 4, logit, near)
  setOffset(block, lane, weight, heaviest, Math.LOG2E as f32)
  if (slopesOf(block, lane, query, d, alpha, rate, negligible)) settle(block, lane, logit)
  else setState(block, lane, ODD)
  return true
}

/** Moves a lane's centre to its mean so far, with the same log-weight, where the logit there is near that of the total. */
function toMean(block: usize, lane: i32, query: usize, d: i32, alpha: f64, rate: f64, negligible: f64): void {
  const total = get(block, 0, lane)
  if (!(total > 0)) return
  const place = block + at.BEST
  for (let j = 0; j < d; j++)
    store<f32>(place + ((j as usize) << 2), ((load<f32>(centreOf(block, j, lane)) as f64) + get(block, 1 + j, lane) / total) as f32)
  const near = nearness(query, place, 4, d, alpha, rate)
  const gain = near - get(block, NEAR, lane)
  if (!(Math.abs(gain - Math.log2(total)) <= ALIKE)) return
  moveCentre(block, lane, d, place, 4, get(block, LOGIT, lane) + gain, near)
  slopesOf(block, lane, query, d, alpha, rate, negligible)
  if (state(block, lane) == SEARCHING) settle(block, lane, get(block, LOGIT, lane))
}

/** Writes a row; false where it is not to be trusted, and must be computed with care. */
function finish(moments: bool, block: usize, lane: i32, row: i32, mean: usize, logDensity: usize, trace: usize, ess: usize, d: i32, heaviest: f32, normaliser: f64): bool {
  const total = get(block, 0, lane)
  if (state(block, lane) == ODD || !(total > 0) || !(total < Infinity)) return false
  let offCentre: f64 = 0
  for (let j = 0; j < d; j++) {
    const shift = get(block, 1 + j, lane) / total
    offCentre += shift * shift
    store<f32>(mean + ((row * d + j) << 2), ((load<f32>(centreOf(block, j, lane)) as f64) + shift) as f32)
  }
  if (!moments) return true
  const spread = get(block, SQUARES, lane) / total - offCentre
  // Far from the mean the subtraction would leave too few digits.
  if (spread < offCentre * (1.0 / 64)) return false
  const place = (row as usize) << 2
  store<f32>(logDensity + place, ((get(block, LOGIT, lane) + Math.log2(total)) * Math.LN2 + (heaviest as f64) - normaliser) as f32)
  store<f32>(trace + place, spread as f32)
  store<f32>(ess + place, ((total * total) / get(block, CONCENTRATION, lane)) as f32)
  return true
}
