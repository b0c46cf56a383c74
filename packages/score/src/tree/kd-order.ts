import type { HostMatrix } from '@tweedie/core'
import { select } from './select.js'

/** How many rows of a part are looked at for its widest column. */
const rowsLookedAt = 256

/** The column with the largest variance over rows of order[from … to), a sample of them where there are many. */
const widestColumn = ({ data, columns }: HostMatrix, order: Uint32Array, from: number, to: number): number => {
  const step = Math.max(1, Math.floor((to - from) / rowsLookedAt))
  let widest = 0
  let largest = -1
  for (let j = 0; j < columns; j++) {
    const first = data[(order[from] as number) * columns + j] as number
    let count = 0
    let sum = 0
    let squares = 0
    for (let i = from; i < to; i += step) {
      const value = (data[(order[i] as number) * columns + j] as number) - first
      count++
      sum += value
      squares += value * value
    }
    const spread = squares - (sum * sum) / count
    if (spread > largest) {
      widest = j
      largest = spread
    }
  }
  return widest
}

/** Splits the places [from, to) of an order of rows until every part has at most `size` places. */
const arrange = (points: HostMatrix, order: Uint32Array, keys: Float64Array, from: number, to: number, size: number): void => {
  if (to - from <= size) return
  const { data, columns } = points
  let left = size
  while (2 * left < to - from) left *= 2
  const j = widestColumn(points, order, from, to)
  for (let i = from; i < to; i++) keys[i] = data[(order[i] as number) * columns + j] as number
  select(keys, order, from, to - 1, from + left)
  arrange(points, order, keys, from, from + left, size)
  arrange(points, order, keys, from + left, to, size)
}

/** How many blocks make a part whose rows are copied together before it is split on, so that they lie in a processor's cache. */
const blocksTogether = 128

/**
 * The rows in the order of a left-balanced k-d tree (Bentley 1975), and which row stands where: a part is split across its widest column, the
 * left side a power of two times `blockSize` rows, until a part is a block. So every aligned group of blockSize · 2^k places is a part of it.
 */
export const kdOrder = (points: HostMatrix, blockSize: number): { readonly sorted: Float64Array; readonly order: Uint32Array } => {
  const { rows, columns } = points
  const order = Uint32Array.from({ length: rows }, (_, i) => i)
  const keys = new Float64Array(rows)
  const size = blocksTogether * blockSize
  arrange(points, order, keys, 0, rows, size)

  const sorted = new Float64Array(rows * columns)
  for (let from = 0; from < rows; from += size) {
    const places = order.slice(from, from + size)
    const part = { data: gather(points.data, columns, places), rows: places.length, columns }
    const within = places.map((_, i) => i)
    arrange(part, within, keys, 0, places.length, blockSize)
    order.set(
      within.map((i) => places[i] as number),
      from,
    )
    sorted.set(gather(part.data, columns, within), from * columns)
  }
  return { sorted, order }
}

const gather = (data: Float64Array, columns: number, rows: Uint32Array): Float64Array => {
  const out = new Float64Array(rows.length * columns)
  for (let i = 0; i < rows.length; i++)
    for (let j = 0, from = (rows[i] as number) * columns; j < columns; j++) out[i * columns + j] = data[from + j] as number
  return out
}
