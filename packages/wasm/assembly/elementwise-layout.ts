// How operands that are repeated along rows or columns are met in loops that take a vector from each.

/** Vectors of scratch for one operand. */
// @ts-ignore: decorator
@inline
export const narrow: usize = 256

/** How many numbers of a result with few columns are taken at once: whole rows that fit into the scratch of one operand, with a vector to spare. */
// @ts-ignore: decorator
@inline
export function narrowRun(columns: i32): i32 {
  return (480 / columns) * columns
}

/** A vector of one number, repeated: where a loop that does not advance finds it. */
// @ts-ignore: decorator
@inline
export function still<T>(x: usize, scratch: usize): usize {
  v128.store(scratch, v128.load_splat<T>(x))
  return scratch
}

/**
 * Where the numbers at … at + run of an operand of few columns stand one after the other: in the operand itself where it is not repeated, else in scratch.
 * A row that is repeated is written once, at the first of the runs, which are whole rows apart.
 */
export function spread<T>(x: usize, row: i32, step: i32, columns: i32, at: i32, run: i32, first: i32, scratch: usize): usize {
  if (step == 1 && row == columns) return x + (at as usize) * sizeof<T>()
  if (row == 0 && at != first) return scratch
  let i = at / columns
  let j = at - i * columns
  const end = scratch + (run as usize) * sizeof<T>()
  let into = scratch
  if (step == 0) {
    // Whole vectors, of which the next row overwrites what is too much.
    for (; into < end; i++, j = 0) {
      const value = v128.load_splat<T>(x + ((i * row) as usize) * sizeof<T>())
      const rowEnd = min(into + ((columns - j) as usize) * sizeof<T>(), end)
      for (let p = into; p < rowEnd; p += 16) v128.store(p, value)
      into = rowEnd
    }
    return scratch
  }
  for (; into < end; into += sizeof<T>()) {
    store<T>(into, load<T>(x + ((i * row + j * step) as usize) * sizeof<T>()))
    if (++j == columns) {
      j = 0
      i++
    }
  }
  return scratch
}
