import type { HostMatrix } from '@tweedie/core'

/**
 * The distance from (x, y) to the nearest point of a table [N, 2]; with `others`, to the nearest that is not at (x, y) itself, Infinity where there is
 * none. The points are sorted by x, and looked at outwards from the query until x alone is farther than the nearest so far.
 */
export const nearestDistance = ({ data, rows }: HostMatrix): ((x: number, y: number, others: boolean) => number) => {
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => (data[2 * a] as number) - (data[2 * b] as number))
  const xs = Float64Array.from(order, (row) => data[2 * row] as number)
  const ys = Float64Array.from(order, (row) => data[2 * row + 1] as number)
  return (x, y, others) => {
    const middle = firstAtLeast(xs, x)
    let least = Number.POSITIVE_INFINITY
    /** Whether points beyond this one may be nearer. */
    const look = (k: number): boolean => {
      const dx = (xs[k] as number) - x
      if (Math.abs(dx) >= least) return false
      const distance = Math.hypot(dx, (ys[k] as number) - y)
      if (distance < least && !(others && distance === 0)) least = distance
      return true
    }
    for (let k = middle; k < rows && look(k); k++);
    for (let k = middle - 1; k >= 0 && look(k); k--);
    return least
  }
}

const firstAtLeast = (sorted: Float64Array, value: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
