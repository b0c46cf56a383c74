// The transpose of a matrix, in squares of 16 so that both sides stay in the first cache.

// @ts-ignore: decorator
@inline
function transpose<T>(from: usize, to: usize, rows: i32, columns: i32): void {
  for (let i0 = 0; i0 < rows; i0 += 16) {
    const i1 = min(i0 + 16, rows)
    for (let j0 = 0; j0 < columns; j0 += 16) {
      const j1 = min(j0 + 16, columns)
      for (let i = i0; i < i1; i++)
        for (let j = j0; j < j1; j++)
          store<T>(to + ((j * rows + i) as usize) * sizeof<T>(), load<T>(from + ((i * columns + j) as usize) * sizeof<T>()))
    }
  }
}

/** [rows, columns] → [columns, rows]. */
export function transpose_f32(from: usize, to: usize, rows: i32, columns: i32): void {
  transpose<f32>(from, to, rows, columns)
}
export function transpose_f64(from: usize, to: usize, rows: i32, columns: i32): void {
  transpose<f64>(from, to, rows, columns)
}
