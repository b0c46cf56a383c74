// What a matrix product does around its tiles.

/** Copies rows of so many bytes. */
export function copyRows(from: usize, fromRow: usize, to: usize, toRow: usize, bytes: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, from += fromRow, to += toRow) {
    let at: usize = 0
    for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at))
    for (; at < bytes; at += 4) store<u32>(to + at, load<u32>(from + at))
  }
}

/** out = sum + tile + bias, number by number: for a tile whose columns do not fill its vectors. */
export function settle<T>(
  tile: usize, tileRow: usize, sum: usize, sumRow: usize, bias: usize, biasRow: usize, out: usize, outRow: usize, rows: i32, columns: i32,
): void {
  for (let i: usize = 0; i < (rows as usize); i++) {
    for (let j: usize = 0; j < (columns as usize) * sizeof<T>(); j += sizeof<T>()) {
      let value = load<T>(tile + i * tileRow + j)
      if (sum != 0) value = load<T>(sum + i * sumRow + j) + value
      if (bias != 0) value = load<T>(bias + i * biasRow + j) + value
      store<T>(out + i * outRow + j, value)
    }
  }
}
