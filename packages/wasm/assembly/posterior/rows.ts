// The posterior over a cloud for any number of columns, computed in float64 whatever is stored: two queries in lanes, tiles of 256 points, logits against
// the largest so far; the trace in a second sweep, about the mean. This is the kernel of float64, and what the quick kernels hand odd queries to.
import { madd } from '../lanes'
import { expWeight } from './exp-weight'

const TILE: i32 = 256
/** A weight below e⁻¹⁰⁰ of the largest is left out, as the reference does. */
const NEGLIGIBLE: f64 = -100

// The scratch block: the tile's logits or weights (16 bytes a point), then three rows of d pairs: queries, sums and means.
const ROWS: usize = 4096

// @ts-ignore: decorator
@inline
function at<T>(base: usize, index: i32): f64 {
  return load<T>(base + ((index as usize) * sizeof<T>())) as f64
}

// @ts-ignore: decorator
@inline
function put<T>(base: usize, index: i32, value: f64): void {
  store<T>(base + ((index as usize) * sizeof<T>()), value as T)
}

/** ln Σ π_i: NaN where every point is left out. */
export function logTotal<T>(logWeights: usize, n: i32): f64 {
  if (logWeights == 0) return Math.log(n as f64)
  let top: f64 = -Infinity
  for (let i = 0; i < n; i++) top = max<f64>(top, at<T>(logWeights, i))
  let sum: f64 = 0
  for (let i = 0; i < n; i++) sum += Math.exp(at<T>(logWeights, i) - top)
  return top + Math.log(sum)
}

/** The logits of a tile, and the largest; NaN if there is one. */
function logitsOf<T>(scratch: usize, points: usize, logWeights: usize, count: i32, d: i32, alpha: f64, precision: f64): v128 {
  const scale = f64x2.splat(alpha)
  const factor = f64x2.splat(precision)
  let top = f64x2.splat(-Infinity)
  let point = points
  for (let i = 0; i < count; i++) {
    let sum = f64x2.splat(0)
    for (let j = 0; j < d; j++) {
      const e = f64x2.sub(v128.load(scratch + ROWS + ((j as usize) << 4)), f64x2.mul(scale, f64x2.splat(load<T>(point) as f64)))
      sum = f64x2.add(sum, f64x2.mul(e, e))
      point += sizeof<T>()
    }
    let logit = f64x2.mul(sum, factor)
    if (logWeights != 0) logit = f64x2.add(logit, f64x2.splat(at<T>(logWeights, i)))
    v128.store(scratch + ((i as usize) << 4), logit)
    top = f64x2.max(top, logit)
  }
  return top
}

/** Where there is no largest logit yet, logits are against 0. */
// @ts-ignore: decorator
@inline
function finite(top: v128): v128 {
  return v128.bitselect(f64x2.splat(0), top, f64x2.eq(top, f64x2.splat(-Infinity)))
}

// @ts-ignore: decorator
@inline
function weigh(logit: v128): v128 {
  return v128.andnot(expWeight(f64x2.pmax(logit, f64x2.splat(NEGLIGIBLE))), f64x2.lt(logit, f64x2.splat(NEGLIGIBLE)))
}

/** Σ w y_j of a tile for four columns (or one) from j; about the means, Σ w (y_j − m_j)² instead, all columns in one. */
function addColumns<T>(weights: usize, points: usize, count: i32, d: i32, into: usize, means: usize): v128 {
  let squares = f64x2.splat(0)
  let j = 0
  for (; j < d; j++) {
    const centre = means == 0 ? f64x2.splat(0) : v128.load(means + ((j as usize) << 4))
    let sum = f64x2.splat(0)
    let point = points + (j as usize) * sizeof<T>()
    for (let i = 0; i < count; i++) {
      const w = v128.load(weights + ((i as usize) << 4))
      const y = f64x2.splat(load<T>(point) as f64)
      if (means == 0) sum = madd<f64>(w, y, sum)
      else {
        const e = f64x2.sub(y, centre)
        sum = madd<f64>(f64x2.mul(w, e), e, sum)
      }
      point += (d as usize) * sizeof<T>()
    }
    if (means == 0) {
      const place = into + ((j as usize) << 4)
      v128.store(place, f64x2.add(v128.load(place), sum))
    } else squares = f64x2.add(squares, sum)
  }
  return squares
}

/** Queries a and b, which may be the same. */
function pair<T>(
  a: i32,
  b: i32,
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
  logNormaliser: f64,
  scratch: usize,
): void {
  const sums = scratch + ROWS + ((d as usize) << 4)
  const means = sums + ((d as usize) << 4)
  for (let j = 0; j < d; j++) {
    v128.store(scratch + ROWS + ((j as usize) << 4), f64x2.replace_lane(f64x2.splat(at<T>(x, a * d + j)), 1, at<T>(x, b * d + j)))
    v128.store(sums + ((j as usize) << 4), f64x2.splat(0))
  }
  const precision = -0.5 / (sigma * sigma)
  const width = (d as usize) * sizeof<T>()
  let top = f64x2.splat(-Infinity)
  let total = f64x2.splat(0)
  let concentration = f64x2.splat(0)
  for (let i = 0; i < n; i += TILE) {
    const count = min(TILE, n - i)
    const tile = points + (i as usize) * width
    const logs: usize = logWeights == 0 ? 0 : logWeights + (i as usize) * sizeof<T>()
    const higher = f64x2.max(top, logitsOf<T>(scratch, tile, logs, count, d, alpha, precision))
    if (v128.any_true(f64x2.ne(higher, top))) {
      const factor = weigh(f64x2.sub(finite(top), finite(higher)))
      // Nothing has been found yet where the largest was −Infinity.
      const kept = v128.andnot(factor, f64x2.eq(top, f64x2.splat(-Infinity)))
      total = f64x2.mul(total, kept)
      concentration = f64x2.mul(concentration, f64x2.mul(kept, kept))
      for (let j = 0; j < d; j++) v128.store(sums + ((j as usize) << 4), f64x2.mul(v128.load(sums + ((j as usize) << 4)), kept))
      top = higher
    }
    const shift = finite(top)
    let sum = f64x2.splat(0)
    let squares = f64x2.splat(0)
    for (let k = 0; k < count; k++) {
      const place = scratch + ((k as usize) << 4)
      const w = weigh(f64x2.sub(v128.load(place), shift))
      v128.store(place, w)
      sum = f64x2.add(sum, w)
      squares = madd<f64>(w, w, squares)
    }
    total = f64x2.add(total, sum)
    concentration = f64x2.add(concentration, squares)
    addColumns<T>(scratch, tile, count, d, sums, 0)
  }
  for (let j = 0; j < d; j++) {
    const m = f64x2.div(v128.load(sums + ((j as usize) << 4)), total)
    v128.store(means + ((j as usize) << 4), m)
    put<T>(mean, b * d + j, f64x2.extract_lane(m, 1))
    put<T>(mean, a * d + j, f64x2.extract_lane(m, 0))
  }
  if (logDensity == 0) return

  let spread = f64x2.splat(0)
  const shift = finite(top)
  for (let i = 0; i < n; i += TILE) {
    const count = min(TILE, n - i)
    const tile = points + (i as usize) * width
    logitsOf<T>(scratch, tile, logWeights == 0 ? 0 : logWeights + (i as usize) * sizeof<T>(), count, d, alpha, precision)
    for (let k = 0; k < count; k++) {
      const place = scratch + ((k as usize) << 4)
      v128.store(place, weigh(f64x2.sub(v128.load(place), shift)))
    }
    spread = f64x2.add(spread, addColumns<T>(scratch, tile, count, d, 0, means))
  }
  finish<T>(b, f64x2.extract_lane(top, 1), f64x2.extract_lane(total, 1), f64x2.extract_lane(spread, 1), f64x2.extract_lane(concentration, 1), logNormaliser, logDensity, trace, ess)
  finish<T>(a, f64x2.extract_lane(top, 0), f64x2.extract_lane(total, 0), f64x2.extract_lane(spread, 0), f64x2.extract_lane(concentration, 0), logNormaliser, logDensity, trace, ess)
}

function finish<T>(
  q: i32,
  top: f64,
  total: f64,
  spread: f64,
  concentration: f64,
  logNormaliser: f64,
  logDensity: usize,
  trace: usize,
  ess: usize,
): void {
  // Where no point is near enough for a number the density is 0; NaN stays NaN.
  put<T>(logDensity, q, (top == -Infinity ? top : top + Math.log(total)) - logNormaliser)
  put<T>(trace, q, top == -Infinity ? NaN : spread / total)
  put<T>(ess, q, (total * total) / concentration)
}

/** Rows from … to; for the mean alone logDensity is 0, and the normaliser is not looked at. The scratch block has 4096 + 48 d bytes. */
export function posteriorRows<T>(
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
  logNormaliser: f64,
  scratch: usize,
): void {
  for (let q = from; q < to; q += 2)
    pair<T>(q, min(q + 1, to - 1), x, mean, logDensity, trace, ess, points, n, d, logWeights, alpha, sigma, logNormaliser, scratch)
}

/** ln of what the sum of exponentials is divided by: Σ π_i (2πσ²)^(d/2). */
export function normaliserOf<T>(logWeights: usize, n: i32, d: i32, sigma: f64): f64 {
  return 0.5 * (d as f64) * Math.log(2 * Math.PI * sigma * sigma) + logTotal<T>(logWeights, n)
}
