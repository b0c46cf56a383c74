/**
 * Finds principal axes of small symmetric matrices, by typed arrays that are used again: an index has tens of thousands of them, of a few
 * columns. Writes the axes of a matrix [D, D], largest variance first, to vectors [rank, D] from `vectorsAt` on, and their variances.
 */
export type AxesFinder = (
  matrix: Float64Array,
  vectors: Float64Array,
  vectorsAt: number,
  variances: Float64Array,
  variancesAt: number,
) => void

/** Sweeps of Jacobi's method: it converges quadratically, six or seven do for D ≤ 8 in double precision. */
const mostSweeps = 30

/** All axes by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, §8.5.5), then the first `rank` of them. */
export const jacobiAxes = (dimension: number, rank: number): AxesFinder => {
  const d = dimension
  const a = new Float64Array(d * d)
  const v = new Float64Array(d * d)
  const at = (i: number, j: number): number => a[i * d + j] as number

  const rotate = (p: number, q: number): void => {
    const tau = (at(q, q) - at(p, p)) / (2 * at(p, q))
    const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
    const c = 1 / Math.sqrt(1 + t * t)
    const s = t * c
    for (let k = 0; k < d; k++) {
      const x = at(k, p)
      const y = at(k, q)
      a[k * d + p] = c * x - s * y
      a[k * d + q] = s * x + c * y
    }
    for (let k = 0; k < d; k++) {
      const x = at(p, k)
      const y = at(q, k)
      a[p * d + k] = c * x - s * y
      a[q * d + k] = s * x + c * y
      // The rows of v are the axes.
      const f = v[p * d + k] as number
      const g = v[q * d + k] as number
      v[p * d + k] = c * f - s * g
      v[q * d + k] = s * f + c * g
    }
    a[p * d + q] = 0
    a[q * d + p] = 0
  }

  return (matrix, vectors, vectorsAt, variances, variancesAt) => {
    a.set(matrix)
    v.fill(0)
    for (let i = 0; i < d; i++) v[i * d + i] = 1
    for (let sweep = 0, turned = true; turned && sweep < mostSweeps; sweep++) {
      turned = false
      for (let p = 0; p < d; p++)
        for (let q = p + 1; q < d; q++)
          if (Math.abs(at(p, q)) > 2 ** -52 * Math.sqrt(Math.abs(at(p, p))) * Math.sqrt(Math.abs(at(q, q)))) {
            rotate(p, q)
            turned = true
          }
    }
    for (let k = 0; k < rank; k++) {
      let best = -1
      for (let i = 0; i < d; i++) if (!Number.isNaN(at(i, i)) && (best < 0 || at(i, i) > at(best, best))) best = i
      variances[variancesAt + k] = Math.max(0, at(best, best))
      vectors.set(v.subarray(best * d, (best + 1) * d), vectorsAt + k * d)
      a[best * d + best] = Number.NaN
    }
  }
}
