// Blocks of 64 points, summed exactly: differences from the block's centre are formed in float64 and the rest in float32 lanes.

import { blockExponents, blockSums } from '../generated/tree'
import { LEAST } from './exp2'
import { biasOf, dimensionOf, fixedBytes, fixedOf, pointsOf, rankOf } from './layout'
import { exponentsOf, fold, largest, raise, sumsOf, vectorsOf, wide } from './state'

/** Where the centre of a block stands: [D] float32 numbers, 64 bytes apart. */
// @ts-ignore: decorator
@inline
export function centreOf(head: usize, level: i32, group: i32): usize {
  return fixedOf(head, level) + ((group >>> 4) as usize) * fixedBytes(dimensionOf(head), rankOf(head)) + (((group & 15) as usize) << 2)
}

/** Adds one block to the sums. */
export function addBlock(head: usize, state: usize, block: i32, alpha: f64, sigma: f64, moments: bool): void {
  const dimension = dimensionOf(head)
  const centre = centreOf(head, 0, block)
  const room = vectorsOf(state, dimension) + ((dimension as usize) << 5)
  const exponents = exponentsOf(state, dimension), sums = sumsOf(state, dimension)
  // √(½ log₂ e)/σ: distances whose square is the exponent.
  const scale = 0.8493218002880191 / sigma
  for (let d = 0; d < dimension; d++) {
    const at = load<f32>(centre + ((d as usize) << 6)) as f64
    v128.store(room + ((d as usize) << 4), f32x4.splat(((load<f64>(wide(state, 4 + dimension + d)) - alpha * at) * scale) as f32))
    v128.store(room + (((dimension + d) as usize) << 4), f32x4.splat((at - load<f64>(wide(state, 4 + 2 * dimension + d))) as f32))
  }
  const points = pointsOf(head, block)
  const found = largest(blockExponents(dimension, room, (alpha * scale) as f32, points, biasOf(head, block), exponents))
  let top = load<f64>(state) as f32
  if (found <= top - 60 || found <= <f32>0.1 * LEAST) return
  if (found > top) {
    fold(state, dimension)
    raise(state, dimension, found)
    top = found
  }
  blockSums(dimension, top, points, exponents, room + ((dimension as usize) << 4), sums, moments)
}

/** Adds the blocks of a list. */
export function addBlocks(head: usize, state: usize, list: usize, count: i32, alpha: f64, sigma: f64, moments: bool): void {
  for (let k = 0; k < count; k++) {
    addBlock(head, state, load<i32>(list + ((k as usize) << 2)), alpha, sigma, moments)
    if ((k & 63) == 63) fold(state, dimensionOf(head))
  }
  fold(state, dimensionOf(head))
}
