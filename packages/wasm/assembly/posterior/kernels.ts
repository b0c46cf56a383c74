// The kernels of the posterior over a cloud: queries x [M, d] and points [n, d] row-major, log-weights [n] or 0. For the mean alone logDensity, trace and ess are 0.
import { normaliserOf, posteriorRows } from './rows'
import { posteriorSmall } from './small'

// Any d, in float64 inside. Grain 2, scratch 4096 + 48 d bytes.

export function posteriorRows_f32(
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
  const normaliser: f64 = logDensity == 0 ? 0 : normaliserOf<f32>(logWeights, n, d, sigma)
  posteriorRows<f32>(x, mean, logDensity, trace, ess, points, n, d, logWeights, alpha, sigma, from, to, normaliser, scratch)
}

export function posteriorRows_f64(
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
  const normaliser: f64 = logDensity == 0 ? 0 : normaliserOf<f64>(logWeights, n, d, sigma)
  posteriorRows<f64>(x, mean, logDensity, trace, ess, points, n, d, logWeights, alpha, sigma, from, to, normaliser, scratch)
}

// d of 1, 2 or 3. Grain 12, scratch 6528 bytes.

export function posteriorMeanSmall_f32(
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
  posteriorSmall(false, x, mean, 0, 0, 0, points, n, d, logWeights, alpha, sigma, from, to, scratch)
}

export function posteriorMomentsSmall_f32(
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
  posteriorSmall(true, x, mean, logDensity, trace, ess, points, n, d, logWeights, alpha, sigma, from, to, scratch)
}
