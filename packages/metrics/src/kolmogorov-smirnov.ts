import { column, type HostMatrix, tweedieError } from '@tweedie/core'
import { requireSameColumns, requireSample } from './validate.js'

export interface KolmogorovSmirnovOptions {
  /**
   * How the p-value of "one law" is had: `asymptotic` (the default) from Smirnov's limit, `exact` by counting lattice paths, in time rows of
   * a × rows of b a column, at most 10⁸. Both hold for values without ties; with ties they are too large.
   */
  readonly pValue?: 'asymptotic' | 'exact'
}

/** The two-sample Kolmogorov–Smirnov statistic of one column. */
export interface KolmogorovSmirnov {
  /** sup |F − G|, 0 to 1. */
  readonly statistic: number
  /** Two-sided. */
  readonly pValue: number
}

/** The statistic times m n: a whole number, so equal shares cancel exactly. */
const largestGap = (u: Float64Array, v: Float64Array): number => {
  const [m, n] = [u.length, v.length]
  let largest = 0
  for (let i = 0, j = 0; i < m && j < n; ) {
    const next = Math.min(u[i] as number, v[j] as number)
    while (i < m && u[i] === next) i++
    while (j < n && v[j] === next) j++
    largest = Math.max(largest, Math.abs(i * n - j * m))
  }
  return largest
}

/** Smirnov's (1948) limit 2 Σ (−1)^(k−1) e^(−2k²λ²), for small λ as 1 − √(2π)/λ Σ e^(−(2k−1)²π²/(8λ²)). */
const limitTail = (lambda: number): number => {
  if (lambda === 0) return 1
  let sum = 0
  if (lambda < 1) {
    for (let k = 1; k <= 9; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * lambda * lambda))
    return 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum
  }
  for (let k = 1; k <= 7; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda)
  return Math.min(1, 2 * sum)
}

/** The share of lattice paths from (0, 0) to (m, n) that reach |i n − j m| ≥ gap (Hodges 1958), row by row as probabilities. */
const exactTail = (m: number, n: number, gap: number): number => {
  if (gap === 0) return 1
  const below = new Float64Array(n + 1)
  for (let j = 0; j <= n; j++) below[j] = j * m < gap ? 1 : 0
  for (let i = 1; i <= m; i++) {
    const weight = i / (i + n)
    below[0] = i * n < gap ? weight * (below[0] as number) : 0
    for (let j = 1; j <= n; j++) below[j] = Math.abs(i * n - j * m) < gap ? weight * (below[j] as number) + (below[j - 1] as number) : 0
  }
  return Math.min(1, Math.max(0, 1 - (below[n] as number)))
}

/**
 * The two-sample Kolmogorov–Smirnov statistic of each column, sup |F − G| of the two empirical distribution functions (Smirnov 1939), with
 * a p-value. It does not depend on the unit of a column, or on any increasing function of it.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (no rows, too many for `exact`) or `NotFinite`.
 */
export const kolmogorovSmirnov = (
  a: HostMatrix,
  b: HostMatrix,
  { pValue = 'asymptotic' }: KolmogorovSmirnovOptions = {},
): KolmogorovSmirnov[] => {
  requireSample('kolmogorovSmirnov', 'a', a)
  requireSample('kolmogorovSmirnov', 'b', b)
  requireSameColumns('kolmogorovSmirnov', ['a', 'b'], a, b)
  const [m, n] = [a.rows, b.rows]
  if (pValue === 'exact' && m * n > 1e8)
    throw tweedieError(
      'InvalidArgument',
      'kolmogorovSmirnov',
      `an exact p-value of ${m} and ${n} rows`,
      "Use pValue: 'asymptotic', which is as good there",
    )
  return Array.from({ length: a.columns }, (_, j) => {
    const gap = largestGap(column(a, j).sort(), column(b, j).sort())
    const statistic = gap / (m * n)
    const tail = pValue === 'exact' ? exactTail(m, n, gap) : limitTail(statistic * Math.sqrt((m * n) / (m + n)))
    return { statistic, pValue: tail }
  })
}
