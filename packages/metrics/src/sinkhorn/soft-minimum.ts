/** out_i = −ε ln (1/m) Σ_j e^((g_j − C_ij)/ε): the smallest C_ij − g_j, softened. The largest exponent is taken out, so nothing overflows. */
export const softMinimum = (out: Float64Array, costs: Float64Array, g: Float64Array, epsilon: number): void => {
  const count = g.length
  const inverse = 1 / epsilon
  for (let i = 0; i < out.length; i++) {
    const start = i * count
    let least = Number.POSITIVE_INFINITY
    for (let j = 0; j < count; j++) {
      const value = (costs[start + j] as number) - (g[j] as number)
      if (value < least) least = value
    }
    let sum = 0
    for (let j = 0; j < count; j++) {
      const exponent = (least - (costs[start + j] as number) + (g[j] as number)) * inverse
      // Below e^−40 a term is less than the rounding of the sum, which is at least 1.
      if (exponent > -40) sum += Math.exp(exponent)
    }
    out[i] = least - epsilon * Math.log(sum / count)
  }
}

/** The transpose of a row-major `rows × columns` matrix. */
export const transposed = (matrix: Float64Array, rows: number, columns: number): Float64Array => {
  const across = new Float64Array(matrix.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) across[j * rows + i] = matrix[i * columns + j] as number
  return across
}
