// Where a tree lies in memory: a head of 32-bit whole numbers (and one float64), then per level what packs of sixteen siblings hold, a vector of 16 float32 per number.
//
// fixed:  centre [D], axes [rank, D], variances [rank], rest, log₂ W, log₂ Σ π²; lengths from the cloud's centre
// level:  p [rank], p_rest, bias, slope, height, trace, gain [rank], gain_rest; for one α and σ
// boxes:  lower [D], upper [D]

// @ts-ignore: decorator
@inline
function whole(head: usize, place: i32): i32 {
  return load<i32>(head + ((place as usize) << 2))
}
// @ts-ignore: decorator
@inline
function address(head: usize, place: i32): usize {
  return load<usize>(head + ((place as usize) << 2))
}

// @ts-ignore: decorator
@inline
export function dimensionOf(head: usize): i32 {
  return whole(head, 0)
}
// @ts-ignore: decorator
@inline
export function rankOf(head: usize): i32 {
  return whole(head, 1)
}
// @ts-ignore: decorator
@inline
export function levelsOf(head: usize): i32 {
  return whole(head, 2)
}
/** Offsets of the points from their block's centre, [block, D, 64]. */
// @ts-ignore: decorator
@inline
export function pointsOf(head: usize, block: i32): usize {
  return address(head, 3) + (((block * whole(head, 0)) as usize) << 8)
}
/** log₂ π of a block's points, [64]: one row for all when weights are equal, but for the last block, which may be padded. */
// @ts-ignore: decorator
@inline
export function biasOf(head: usize, block: i32): usize {
  if (block == groupsOf(head, 0) - 1) return address(head, 6)
  return address(head, 4) + (block as usize) * address(head, 5)
}
/** The cloud's centre, [D] in float64. */
// @ts-ignore: decorator
@inline
export function originOf(head: usize): usize {
  return address(head, 7)
}
/** The diagonal of the cloud's box: the float64 in places 8 and 9. */
// @ts-ignore: decorator
@inline
export function extentOf(head: usize): f64 {
  return load<f64>(head, 32)
}

// @ts-ignore: decorator
@inline
export function groupsOf(head: usize, level: i32): i32 {
  return whole(head, 16 + 8 * level)
}
// @ts-ignore: decorator
@inline
export function fixedOf(head: usize, level: i32): usize {
  return address(head, 17 + 8 * level)
}
// @ts-ignore: decorator
@inline
export function boxesOf(head: usize, level: i32): usize {
  return address(head, 18 + 8 * level)
}
/** What is prepared for the noise level: of the density (which = 0), or of its square (which = 1). */
// @ts-ignore: decorator
@inline
export function preparedOf(head: usize, level: i32, which: i32): usize {
  return address(head, 19 + 8 * level + which)
}

/** Bytes of a pack. */
// @ts-ignore: decorator
@inline
export function fixedBytes(dimension: i32, rank: i32): usize {
  return ((dimension + rank * dimension + rank + 3) as usize) << 6
}
// @ts-ignore: decorator
@inline
export function preparedBytes(rank: i32): usize {
  return ((2 * rank + 6) as usize) << 6
}
// @ts-ignore: decorator
@inline
export function boxBytes(dimension: i32): usize {
  return ((2 * dimension) as usize) << 6
}
