// What the sums of a query say.

import { LEAST } from './exp2'
import { dimensionOf, originOf } from './layout'
import { wide } from './state'

/** Writes a query's mean, and where they are asked for (not 0) its log-density, covariance trace and effective sample size. */
export function finish(head: usize, state: usize, sigma: f64, row: i32, mean: usize, logDensity: usize, trace: usize, sampleSize: usize): void {
  const dimension = dimensionOf(head), origin = originOf(head)
  const top = load<f64>(state), total = load<f64>(wide(state, 1))
  if (top <= 0.1 * (LEAST as f64) || !(total > 0)) return missing(dimension, row, mean, logDensity, trace, sampleSize, NaN)
  let square = 0.0
  for (let d = 0; d < dimension; d++) {
    const from = load<f64>(wide(state, 4 + d)) / total
    square += from * from
    const value = load<f64>(origin + ((d as usize) << 3)) + load<f64>(wide(state, 4 + 2 * dimension + d)) + from
    store<f32>(mean + ((row * dimension + d) as usize) * 4, value as f32)
  }
  if (logDensity == 0) return
  const at = (row as usize) << 2
  const normaliser = 0.5 * (dimension as f64) * Math.log(6.283185307179586 * sigma * sigma)
  store<f32>(logDensity + at, (0.6931471805599453 * top + Math.log(total) - normaliser) as f32)
  store<f32>(trace + at, max(0, load<f64>(wide(state, 2)) / total - square) as f32)
  store<f32>(sampleSize + at, max(1, total * total / load<f64>(wide(state, 3))) as f32)
}

/** A query that is not finite: NaN, but for the log-density of a query at infinity. */
export function missing(dimension: i32, row: i32, mean: usize, logDensity: usize, trace: usize, sampleSize: usize, density: f64): void {
  for (let d = 0; d < dimension; d++) store<f32>(mean + ((row * dimension + d) as usize) * 4, NaN)
  if (logDensity == 0) return
  const at = (row as usize) << 2
  store<f32>(logDensity + at, density as f32)
  store<f32>(trace + at, NaN)
  store<f32>(sampleSize + at, NaN)
}

/** The density at a query that is not finite: NaN where a coordinate is, else 0. */
export function logDensityOf(x: usize, dimension: i32): f64 {
  for (let d = 0; d < dimension; d++) if (isNaN(load<f32>(x + ((d as usize) << 2)))) return NaN
  return -Infinity
}
