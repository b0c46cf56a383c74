/** How far, in units of ε, the potentials may move before the kernel is made anew. */
const reach = 30
/** Kernel entries below this power of e are left out: with potentials moved by `reach` they add less than e^−500 of the sum. */
const least = -600

/** Σ_j row[start + j] · factors[j], in four sums side by side, which is faster than one. */
const product = (row: Float64Array, start: number, factors: Float64Array): number => {
  const count = factors.length
  let [a, b, c, d] = [0, 0, 0, 0]
  let j = 0
  for (; j + 3 < count; j += 4) {
    const k = start + j
    a += (row[k] as number) * (factors[j] as number)
    b += (row[k + 1] as number) * (factors[j + 1] as number)
    c += (row[k + 2] as number) * (factors[j + 2] as number)
    d += (row[k + 3] as number) * (factors[j + 3] as number)
  }
  for (; j < count; j++) a += (row[start + j] as number) * (factors[j] as number)
  return a + b + (c + d)
}

/**
 * `softMinimum` of one cost matrix at one ε, for many g near each other. With f⁰ = T(g⁰) and the kernel K_ij = e^((f⁰_i + g⁰_j − C_ij)/ε), of
 * row means 1, T(g)_i = f⁰_i − ε ln (1/m) Σ_j K_ij e^((g_j − g⁰_j)/ε): a matrix times a vector, without exponentials of its entries. Where g
 * has moved too far g⁰ becomes g ("absorption", Schmitzer 2019, §3.1), so nothing overflows.
 */
export const stabilised = (costs: Float64Array, rows: number, columns: number, epsilon: number) => {
  const kernel = new Float64Array(rows * columns)
  const f0 = new Float64Array(rows)
  const g0 = new Float64Array(columns).fill(Number.NaN)
  const factors = new Float64Array(columns)
  const inverse = 1 / epsilon

  const absorb = (g: Float64Array): void => {
    g0.set(g)
    for (let i = 0; i < rows; i++) {
      const start = i * columns
      let smallest = Number.POSITIVE_INFINITY
      for (let j = 0; j < columns; j++) smallest = Math.min(smallest, (costs[start + j] as number) - (g[j] as number))
      let sum = 0
      for (let j = 0; j < columns; j++) {
        const exponent = (smallest - (costs[start + j] as number) + (g[j] as number)) * inverse
        const entry = exponent < least ? 0 : Math.exp(exponent)
        kernel[start + j] = entry
        sum += entry
      }
      const scale = columns / sum
      for (let j = 0; j < columns; j++) kernel[start + j] = (kernel[start + j] as number) * scale
      f0[i] = smallest + epsilon * Math.log(scale)
    }
  }

  /** Writes T(g). */
  return (out: Float64Array, g: Float64Array): void => {
    let near = true
    for (let j = 0; j < columns && near; j++) near = Math.abs((g[j] as number) - (g0[j] as number)) <= reach * epsilon
    if (!near) absorb(g)
    for (let j = 0; j < columns; j++) factors[j] = Math.exp(((g[j] as number) - (g0[j] as number)) * inverse)
    for (let i = 0; i < rows; i++) {
      out[i] = (f0[i] as number) - epsilon * Math.log(product(kernel, i * columns, factors) / columns)
    }
  }
}
