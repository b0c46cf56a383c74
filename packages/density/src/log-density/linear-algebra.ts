// Factorisations of one small matrix on the host, row-major in Float64Array (Golub & Van Loan, "Matrix Computations", §3.4 and §4.2).

/** ln |det A| of a d × d matrix by elimination with partial pivoting; −Infinity where it is singular. A is left as it is. */
export const logAbsDeterminant = (matrix: Float64Array, d: number): number => {
  const a = Float64Array.from(matrix)
  let sum = 0
  for (let k = 0; k < d; k++) {
    let pivot = k
    for (let i = k + 1; i < d; i++) if (Math.abs(a[i * d + k] as number) > Math.abs(a[pivot * d + k] as number)) pivot = i
    const largest = a[pivot * d + k] as number
    sum += Math.log(Math.abs(largest))
    if (largest === 0) return Number.NEGATIVE_INFINITY
    if (pivot !== k)
      for (let j = k; j < d; j++) {
        const kept = a[k * d + j] as number
        a[k * d + j] = a[pivot * d + j] as number
        a[pivot * d + j] = kept
      }
    for (let i = k + 1; i < d; i++) {
      const factor = (a[i * d + k] as number) / largest
      if (factor === 0) continue
      for (let j = k + 1; j < d; j++) a[i * d + j] = (a[i * d + j] as number) - factor * (a[k * d + j] as number)
    }
  }
  return sum
}

/** L of A = L Lᵀ, in the lower triangle; undefined where A is not positive definite to rounding. */
export const cholesky = (matrix: Float64Array, d: number): Float64Array | undefined => {
  const l = new Float64Array(d * d)
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j] as number
      for (let k = 0; k < j; k++) sum -= (l[i * d + k] as number) * (l[j * d + k] as number)
      if (i !== j) l[i * d + j] = sum / (l[j * d + j] as number)
      else if (sum > 0 && Number.isFinite(sum)) l[i * d + i] = Math.sqrt(sum)
      else return undefined
    }
  return l
}

/** L⁻¹ b. */
export const solveLower = (l: Float64Array, b: Float64Array): Float64Array => {
  const d = b.length
  const x = Float64Array.from(b)
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (l[i * d + k] as number) * (x[k] as number)
    x[i] = (x[i] as number) / (l[i * d + i] as number)
  }
  return x
}

/** L⁻ᵀ b. */
export const solveLowerTransposed = (l: Float64Array, b: Float64Array): Float64Array => {
  const d = b.length
  const x = Float64Array.from(b)
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i] = (x[i] as number) - (l[k * d + i] as number) * (x[k] as number)
    x[i] = (x[i] as number) / (l[i * d + i] as number)
  }
  return x
}

/** Jᵀ J + ridge·I of a rows × d matrix. */
export const normalMatrix = (j: Float64Array, rows: number, d: number, ridge: number): Float64Array => {
  const a = new Float64Array(d * d)
  for (let r = 0; r < rows; r++)
    for (let p = 0; p < d; p++) {
      const left = j[r * d + p] as number
      for (let q = 0; q <= p; q++) a[p * d + q] = (a[p * d + q] as number) + left * (j[r * d + q] as number)
    }
  for (let p = 0; p < d; p++) {
    for (let q = 0; q < p; q++) a[q * d + p] = a[p * d + q] as number
    a[p * d + p] = (a[p * d + p] as number) + ridge
  }
  return a
}

/** Jᵀ r. */
export const transposedProduct = (j: Float64Array, r: Float64Array, d: number): Float64Array => {
  const out = new Float64Array(d)
  r.forEach((residual, i) => {
    for (let p = 0; p < d; p++) out[p] = (out[p] as number) + residual * (j[i * d + p] as number)
  })
  return out
}

/** Σ v². */
export const squares = (list: Float64Array): number => list.reduce((sum, value) => sum + value * value, 0)

/** max |v|. */
export const largest = (list: Float64Array): number => list.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
