/**
 * Solves (shift I − J) x = b by Gaussian elimination within the band. No pivots: in these equations the diagonal outweighs its column once
 * the shift is on it.
 */
export const factor = (J: Float64Array, size: number, bandwidth: number, shift: number) => {
  const width = 2 * bandwidth + 1
  const M = J.map((entry, k) => (k % width === bandwidth ? shift : 0) - entry)
  const at = (i: number, j: number): number => i * width + j - i + bandwidth
  for (let k = 0; k < size; k++)
    for (let i = k + 1; i <= Math.min(size - 1, k + bandwidth); i++) {
      const ratio = (M[at(i, k)] as number) / (M[at(k, k)] as number)
      M[at(i, k)] = ratio
      if (ratio !== 0)
        for (let j = k + 1; j <= Math.min(size - 1, k + bandwidth); j++)
          M[at(i, j)] = (M[at(i, j)] as number) - ratio * (M[at(k, j)] as number)
    }
  return (b: Float64Array): Float64Array => {
    const x = b.slice()
    for (let i = 0; i < size; i++)
      for (let j = Math.max(0, i - bandwidth); j < i; j++) x[i] = (x[i] as number) - (M[at(i, j)] as number) * (x[j] as number)
    for (let i = size - 1; i >= 0; i--) {
      for (let j = i + 1; j <= Math.min(size - 1, i + bandwidth); j++) x[i] = (x[i] as number) - (M[at(i, j)] as number) * (x[j] as number)
      x[i] = (x[i] as number) / (M[at(i, i)] as number)
    }
    return x
  }
}
