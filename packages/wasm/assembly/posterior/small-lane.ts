// What a lane of the small kernels has beside the loops' numbers: its sums in float64 about its centre, and the logit of that centre.
//
// Moved from centre c to c', δ = c − c', where the logit is Δ bits less, Σ w becomes 2^−Δ Σ w, Σ w v becomes 2^−Δ (Σ w v + δ Σ w) and
// Σ w |v|² becomes 2^−Δ (Σ w |v|² + 2 δ·Σ w v + |δ|² Σ w).
import { CENTRE, OFFSET, SLOPE } from '../generated/posterior-small'

/** Where a lane's float64 numbers start; each is a row of 12. Σ w, three of Σ w v, Σ w |v|², Σ w², and the logit of the centre. */
export const TOTALS: usize = 1280
const ROW: usize = 96
export const SQUARES: i32 = 4
export const CONCENTRATION: i32 = 5
export const LOGIT: i32 = 6
/** How likely the centre is by its distance alone: −|x − α c|²/(2σ²) in bits. */
export const NEAR: i32 = 7
export const STATE: usize = TOTALS + 8 * ROW

/** The smallest −κ that is not taken for 0. */
export const SMALLEST: f64 = 1e-30

// @ts-ignore: decorator
@inline
export function get(block: usize, row: i32, lane: i32): f64 {
  return load<f64>(block + TOTALS + (row as usize) * ROW + ((lane as usize) << 3))
}

// @ts-ignore: decorator
@inline
export function set(block: usize, row: i32, lane: i32, value: f64): void {
  store<f64>(block + TOTALS + (row as usize) * ROW + ((lane as usize) << 3), value)
}

// @ts-ignore: decorator
@inline
export function centreOf(block: usize, j: i32, lane: i32): usize {
  return block + CENTRE + ((j as usize) << 6) + ((lane as usize) << 2)
}

/** −|x − α c|²/(2σ²) in bits, of the point at c. */
export function nearness(x: usize, c: usize, stride: usize, d: i32, alpha: f64, rate: f64): f64 {
  let sum: f64 = 0
  for (let j = 0; j < d; j++) {
    const e = (load<f32>(x + ((j as usize) << 2)) as f64) - alpha * (load<f32>(c + (j as usize) * stride) as f64)
    sum += e * e
  }
  return -rate * sum
}

/**
 * Writes the slopes of a lane's centre, s = α (x − α c) log₂e/σ² or in the plain build s/κ; whether float32 holds them. A slope that is less than
 * `negligible` is 0.
 */
export function slopesOf(block: usize, lane: i32, x: usize, d: i32, alpha: f64, rate: f64, negligible: f64): bool {
  let fits = true
  for (let j = 0; j < d; j++) {
    const place = centreOf(block, j, lane)
    const slope = 2 * alpha * rate * ((load<f32>(x + ((j as usize) << 2)) as f64) - alpha * (load<f32>(place) as f64))
    let value: f64 = 0
    if (!(Math.abs(slope) < negligible)) {
      const perQuadratic = -slope / (alpha * alpha * rate)
      // Where α is so small that κ is 0, only a slope of 0 is right without κ.
      if (!(Math.abs(slope) < 1e18) || !(Math.abs(perQuadratic) < 1e18) || alpha * alpha * rate < SMALLEST) fits = false
      else value = ASC_FEATURE_RELAXED_SIMD ? slope : perQuadratic
    }
    store<f32>(place + SLOPE - CENTRE, value as f32)
  }
  return fits
}

/** Moves a lane's sums to another centre, d numbers `stride` bytes apart, whose logit is known. The offset of the log-weights is the caller's. */
export function moveCentre(block: usize, lane: i32, d: i32, to: usize, stride: usize, logit: f64, near: f64): void {
  const factor = Math.exp((get(block, LOGIT, lane) - logit) * Math.LN2)
  const total = get(block, 0, lane)
  let squares = get(block, SQUARES, lane)
  for (let j = 0; j < d; j++) {
    const place = centreOf(block, j, lane)
    const centre = load<f32>(to + (j as usize) * stride)
    const delta = (load<f32>(place) as f64) - (centre as f64)
    const sum = get(block, 1 + j, lane)
    squares += delta * (2 * sum + delta * total)
    set(block, 1 + j, lane, factor * (sum + delta * total))
    store<f32>(place, centre)
  }
  set(block, 0, lane, factor * total)
  set(block, SQUARES, lane, factor * squares)
  set(block, CONCENTRATION, lane, factor * factor * get(block, CONCENTRATION, lane))
  set(block, LOGIT, lane, logit)
  set(block, NEAR, lane, near)
}

/** The offset that makes a log-weight count from that of the centre. */
// @ts-ignore: decorator
@inline
export function setOffset(block: usize, lane: i32, logWeight: f32, heaviest: f32, scale: f32): void {
  store<f32>(block + OFFSET + ((lane as usize) << 2), -((logWeight - heaviest) * scale))
}
