// What the functions of this folder share. Constants are broadcast from a table in memory: an engine that rebuilds v128 constants in every round of a
// loop pays more for them than for the load.

/** Entry `index` of a table of float32 numbers, in all four lanes. */
// @ts-ignore: decorator
@inline
export function entry(table: usize, index: usize): v128 {
  return v128.load_splat<f32>(table + (index << 2))
}

/** a where a lane of the mask is all ones, b where it is all zeros. */
// @ts-ignore: decorator
@inline
export function choose<T>(mask: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    if (sizeof<T>() == 4) return i32x4.relaxed_laneselect(a, b, mask)
    return i64x2.relaxed_laneselect(a, b, mask)
  }
  return v128.bitselect(a, b, mask)
}
