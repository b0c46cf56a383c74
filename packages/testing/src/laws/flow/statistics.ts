/** Mean and population variance. */
export const meanAndVariance = (values: ArrayLike<number>): { readonly mean: number; readonly variance: number } => {
  const list = Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  return { mean, variance: list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length }
}

/**
 * The Kolmogorov–Smirnov distance sup |F_n − F| from the values F(x_(1)) ≤ … ≤ F(x_(n)) at a sorted sample. √n times it exceeds λ with
 * probability at most 2 e^(−2λ²) (Massart 1990): 1e-6 at λ = 2.7.
 */
export const kolmogorovSmirnov = (levels: readonly number[]): number =>
  levels.reduce((worst, level, i) => Math.max(worst, level - i / levels.length, (i + 1) / levels.length - level), 0)
