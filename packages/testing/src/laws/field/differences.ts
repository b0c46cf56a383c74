/**
 * Differences of fields in x. The step is a hundredth of min(σ, σ²/(α R)), the length over which a law of radius R seen through noise σ
 * varies. Richardson's extrapolation of central differences with steps h and h/2 then truncates at about 1e-9 of the value over that length
 * and rounds at about 1e-13.
 */
export const differenceStep = (alpha: number, sigma: number, radius: number): number => (1e-2 * sigma) / (1 + (alpha * radius) / sigma)

/** Rows with a multiple of h added to one coordinate: +h, −h, +h/2, −h/2 for every coordinate of every row, row-major. */
export const shiftedRows = (rows: ArrayLike<number>, dimension: number, h: number): Float64Array => {
  const steps = [h, -h, h / 2, -h / 2]
  const count = rows.length / dimension
  const out = new Float64Array(count * dimension * 4 * dimension)
  let at = 0
  for (let i = 0; i < count; i++)
    for (let j = 0; j < dimension; j++)
      for (const step of steps) for (let k = 0; k < dimension; k++) out[at++] = (rows[i * dimension + k] as number) + (k === j ? step : 0)
  return out
}

/** A derivative from the values at +h, −h, +h/2, −h/2, which lie `stride` apart from `from` on. */
export const richardson = (values: ArrayLike<number>, from: number, stride: number, h: number): number => {
  const at = (k: number): number => values[from + k * stride] as number
  return (8 * (at(2) - at(3)) - (at(0) - at(1))) / (6 * h)
}

/** ∂m_i/∂x_j of row number `row`, from the values of m at the shifted rows. */
export const jacobianEntry = (values: ArrayLike<number>, dimension: number, h: number, row: number, i: number, j: number): number =>
  richardson(values, (row * dimension + j) * 4 * dimension + i, dimension, h)

/**
 * Throws unless a symmetric matrix, given by its entries, has no eigenvalue below −shift: Cholesky's factorisation of the matrix plus
 * `shift` times the identity finds no pivot that is not positive.
 */
export const requirePositive = (what: string, size: number, entry: (i: number, j: number) => number, shift: number): void => {
  const rest = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j) + (i === j ? shift : 0)))
  const at = (i: number, j: number): number => (rest[i] as number[])[j] as number
  for (let k = 0; k < size; k++) {
    if (!(at(k, k) > 0)) throw new Error(`${what} has an eigenvalue below ${-shift}: pivot ${k} of it plus ${shift} I is ${at(k, k)}`)
    for (let i = k + 1; i < size; i++)
      for (let j = k + 1; j < size; j++) (rest[i] as number[])[j] = at(i, j) - (at(i, k) * at(k, j)) / at(k, k)
  }
}
