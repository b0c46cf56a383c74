// What a thread keeps while it evaluates a query: a block of scratch. Sums are kept twice: in float32 lanes, where packs and blocks add to
// them, and in float64, where the lanes are folded after each level and every so many blocks. Weights are 2^(log₂ weight − top); means are
// taken from a reference, which moves to the heaviest group of each level so that what is added is small.

import { exp2, LEAST } from './exp2'
import { dimensionOf, groupsOf, originOf } from './layout'

// float64: top, total, Σ w (trace + |mean|²), Σ w², then Σ w · mean [D], the query [D], the reference [D]. Then vectors.
// @ts-ignore: decorator
@inline
export function wide(state: usize, place: i32): usize {
  return state + ((place as usize) << 3)
}
// @ts-ignore: decorator
@inline
export function vectorsOf(state: usize, dimension: i32): usize {
  return state + (((((3 * dimension + 4) << 3) + 15) & ~15) as usize)
}
/** Queries and references in lanes, [D] each; scratch for [2 D]; then the sums. */
// @ts-ignore: decorator
@inline
export function sumsOf(state: usize, dimension: i32): usize {
  return vectorsOf(state, dimension) + ((dimension as usize) << 6)
}
/** 64 exponents of a block, or 16 of a pack. */
// @ts-ignore: decorator
@inline
export function exponentsOf(state: usize, dimension: i32): usize {
  return sumsOf(state, dimension) + ((dimension as usize) << 4) + 48
}
/** The weights of the packs of a level, 16 each: room for those of level 0. */
// @ts-ignore: decorator
@inline
export function weightsOf(state: usize, dimension: i32): usize {
  return exponentsOf(state, dimension) + 256
}
/** One of the two lists of packs or blocks. */
// @ts-ignore: decorator
@inline
export function listOf(state: usize, head: usize, which: i32): usize {
  const bytes = (((groupsOf(head, 0) + 15) & ~15) as usize) << 2
  return weightsOf(state, dimensionOf(head)) + bytes * (1 + which)
}

/** The largest of four lanes. */
// @ts-ignore: decorator
@inline
export function largest(v: v128): f32 {
  return max(max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)), max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)))
}
// @ts-ignore: decorator
@inline
function sumOfLanes(at: usize): f64 {
  return ((load<f32>(at) as f64) + (load<f32>(at, 4) as f64)) + ((load<f32>(at, 8) as f64) + (load<f32>(at, 12) as f64))
}

/** Starts a query: x − α · origin, no sums. False where the query is not finite. */
export function begin(head: usize, state: usize, x: usize, alpha: f64): bool {
  const dimension = dimensionOf(head)
  const vectors = vectorsOf(state, dimension), origin = originOf(head)
  store<f64>(state, LEAST)
  for (let k = 1; k < 4 + dimension; k++) store<f64>(wide(state, k), 0)
  let finite = true
  for (let d = 0; d < dimension; d++) {
    const number = load<f32>(x + ((d as usize) << 2)) as f64
    if (!isFinite<f64>(number)) finite = false
    const from = number - alpha * load<f64>(origin + ((d as usize) << 3))
    store<f64>(wide(state, 4 + dimension + d), from)
    store<f64>(wide(state, 4 + 2 * dimension + d), 0)
    v128.store(vectors + ((d as usize) << 4), f32x4.splat(from as f32))
    v128.store(vectors + (((dimension + d) as usize) << 4), f32x4.splat(0))
  }
  clearSums(state, dimension)
  return finite
}

function clearSums(state: usize, dimension: i32): void {
  const sums = sumsOf(state, dimension)
  for (let k = 0; k < 3 + dimension; k++) v128.store(sums + ((k as usize) << 4), f32x4.splat(0))
}

/** Adds the lanes to the sums in float64. */
export function fold(state: usize, dimension: i32): void {
  const sums = sumsOf(state, dimension)
  for (let k = 0; k < 3 + dimension; k++) store<f64>(wide(state, 1 + k), load<f64>(wide(state, 1 + k)) + sumOfLanes(sums + ((k as usize) << 4)))
  clearSums(state, dimension)
}

/** Takes weights relative to another top. The lanes must have been folded. */
export function raise(state: usize, dimension: i32, top: f32): void {
  const by = (load<f64>(state) as f32) - top
  store<f64>(state, top)
  const factor = f32x4.extract_lane(exp2(f32x4.splat(by)), 0) as f64
  for (let k = 1; k < 4 + dimension; k++) store<f64>(wide(state, k), load<f64>(wide(state, k)) * (k == 3 ? factor * factor : factor))
}

/** Moves the reference to a point, [D] float32 numbers 64 bytes apart. The lanes must have been folded. */
export function refer(state: usize, dimension: i32, point: usize): void {
  const total = load<f64>(wide(state, 1))
  const vectors = vectorsOf(state, dimension) + ((dimension as usize) << 4)
  let trace = load<f64>(wide(state, 2))
  for (let d = 0; d < dimension; d++) {
    const to = load<f32>(point + ((d as usize) << 6))
    const place = wide(state, 4 + 2 * dimension + d)
    const by = load<f64>(place) - (to as f64)
    const sum = load<f64>(wide(state, 4 + d))
    trace += by * (2 * sum + total * by)
    store<f64>(wide(state, 4 + d), sum + total * by)
    store<f64>(place, to)
    v128.store(vectors + ((d as usize) << 4), f32x4.splat(to))
  }
  store<f64>(wide(state, 2), trace)
}
