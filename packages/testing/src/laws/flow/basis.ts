/** Two turns in space: three orthonormal rows. */
export const rotation = (a: number, b: number): number[][] => {
  const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)]
  return [
    [ca, sa, 0],
    [-sa * cb, ca * cb, sb],
    [sa * sb, -ca * sb, cb],
  ]
}

/** Row `axis` of the basis times a vector. */
export const dot = (vector: ArrayLike<number>, basis: readonly (readonly number[])[], axis: number): number =>
  (basis[axis] as readonly number[]).reduce((sum, entry, k) => sum + entry * (vector[k] as number), 0)

/** Rows of three, each changed in a basis. */
export const inBasis = (x: Float64Array, basis: readonly (readonly number[])[], change: (row: number[]) => number[]): number[] =>
  Array.from({ length: x.length / 3 }, (_, i) => {
    const row = x.subarray(3 * i, 3 * i + 3)
    const changed = change(basis.map((_, axis) => dot(row, basis, axis)))
    return [0, 1, 2].map((k) => changed.reduce((sum, value, axis) => sum + value * (basis[axis]?.[k] as number), 0))
  }).flat()
