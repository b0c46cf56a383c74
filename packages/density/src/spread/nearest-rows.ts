import { choiceWithoutReplacement, type HostMatrix, type Key } from '@tweedie/core'

/** Neighbours are looked for among this many rows at most, drawn by key: enough to tell the directions in which the data runs. */
const MOST_CANDIDATES = 10_000

/**
 * For every row the `count` nearest other rows (Euclidean), as row numbers, row-major [rows, count], nearest first. Where the table has more than
 * 10,000 rows (`most`) they are looked for among so many drawn by `key`. `count` is below both.
 */
export const nearestRows = ({ data, rows, columns }: HostMatrix, count: number, key: Key, most = MOST_CANDIDATES): Uint32Array => {
  const candidates = rows <= most ? Uint32Array.from({ length: rows }, (_, i) => i) : choiceWithoutReplacement(key, rows, most)
  const found = new Uint32Array(rows * count)
  const squares = new Float64Array(count)
  for (let i = 0; i < rows; i++) {
    squares.fill(Number.POSITIVE_INFINITY)
    const into = found.subarray(i * count, (i + 1) * count)
    const own = i * columns
    for (let c = 0; c < candidates.length; c++) {
      const other = candidates[c] as number
      if (other === i) continue
      const farthest = squares[count - 1] as number
      let sum = 0
      for (let j = 0, a = own, b = other * columns; j < columns && sum < farthest; j++, a++, b++) {
        const difference = (data[a] as number) - (data[b] as number)
        sum += difference * difference
      }
      if (sum >= farthest) continue
      let at = count - 1
      for (; at > 0 && (squares[at - 1] as number) > sum; at--) {
        squares[at] = squares[at - 1] as number
        into[at] = into[at - 1] as number
      }
      squares[at] = sum
      into[at] = other
    }
  }
  return found
}
