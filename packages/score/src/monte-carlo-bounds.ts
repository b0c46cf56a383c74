/**
 * The known bounds on self-normalised importance sampling: Agapiou, Papaspiliopoulos, Sanz-Alonso and Stuart 2017, Theorem 2.1 (arXiv 1511.06196;
 * docs/formulas.md §2). They hold for every number of draws N, however few, where
 *
 * * the draws are independent, from a proposal π (here: rows of the data, with replacement);
 * * the target μ has a density g with respect to π up to a factor (here g(y) = e^(−|x − α y|²/(2σ²))), and ρ = E_π[g²]/E_π[g]² = 1 + χ²(μ‖π) is finite;
 * * the function averaged is bounded by 1; by R, the mean-square error grows by R² and the bias by R.
 *
 * The posterior mean averages y itself. Its rows lie in a ball of radius R about a centre, and the proof carries over to vectors by putting lengths in the
 * place of absolute values: E|m_N − m|² ≤ 4ρR²/N and |E m_N − m| ≤ 12ρR/N in any dimension. The score (α m − x)/σ² has the factor α/σ², squared for the
 * mean-square error.
 */
import { type HostMatrix, tweedieError } from '@tweedie/core'
import { requireCloud } from './validate.js'

/** N draws whose weights have the second moment ρ over the square of the first; `radius` R bounds what is averaged, 1 when left out. */
export interface ImportanceSampling {
  readonly size: number
  readonly rho: number
  readonly radius?: number
}

const refuse = (where: string, what: string, mend: string) => tweedieError('InvalidArgument', where, what, mend)

const checked = (where: string, { size, rho, radius = 1 }: ImportanceSampling): Required<ImportanceSampling> => {
  if (!(Number.isInteger(size) && size >= 1)) throw refuse(where, `size ${size}`, 'Use the whole number of draws, at least 1')
  if (!(rho >= 1) || !Number.isFinite(rho)) throw refuse(where, `ρ = ${rho}`, 'ρ = 1 + χ² is finite and at least 1; see importanceRho')
  if (!(radius >= 0) || !Number.isFinite(radius))
    throw refuse(where, `radius ${radius}`, 'Give a finite bound, at least 0; see cloudRadius')
  return { size, rho, radius }
}

/** The mean-square error is at most 4ρR²/N. Throws `InvalidArgument` for a size, ρ or radius that is none. */
export const meanSquareErrorBound = (sampling: ImportanceSampling): number => {
  const { size, rho, radius } = checked('meanSquareErrorBound', sampling)
  return (4 * rho * radius * radius) / size
}

/** The bias is at most 12ρR/N. Throws `InvalidArgument` for a size, ρ or radius that is none. */
export const biasBound = (sampling: ImportanceSampling): number => {
  const { size, rho, radius } = checked('biasBound', sampling)
  return (12 * rho * radius) / size
}

/** How far an effective sample size may be out of [1, size] by rounding in float32. */
const ROUNDING = 1e-3

/**
 * ρ = N/ESS: of N draws an estimate, of all N rows of a cloud (`moments` of `pointCloud`) the number itself. An estimate is never more than N, so where the
 * effective sample size is near 1 it is too small, and a bound made of it (at most 4R²) says no more than that two points of a ball are at most 2R apart.
 *
 * Throws `InvalidArgument` unless 1 ≤ ESS ≤ N, up to rounding.
 */
export const importanceRho = (size: number, effectiveSampleSize: number): number => {
  if (!(Number.isInteger(size) && size >= 1)) throw refuse('importanceRho', `size ${size}`, 'Use the whole number of draws, at least 1')
  if (!(effectiveSampleSize >= 1 - ROUNDING && effectiveSampleSize <= size * (1 + ROUNDING)))
    throw refuse('importanceRho', `an effective sample size of ${effectiveSampleSize} among ${size}`, 'Give one from 1 to the size')
  return Math.min(size, Math.max(1, size / effectiveSampleSize))
}

/**
 * The radius of a ball that holds every row, about the middle of their bounding box: R of the bounds for the posterior mean. At most √columns times the
 * smallest such radius. Throws `InvalidTable` for a table without rows or columns, `NotFinite` for one with a hole.
 */
export const cloudRadius = (data: HostMatrix): number => {
  requireCloud('cloudRadius', data)
  const { rows, columns } = data
  const centre = Array.from({ length: columns }, (_, j) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < rows; i++) {
      low = Math.min(low, data.data[i * columns + j] as number)
      high = Math.max(high, data.data[i * columns + j] as number)
    }
    return low / 2 + high / 2
  })
  let largest = 0
  for (let i = 0; i < rows; i++)
    largest = Math.max(largest, Math.hypot(...centre.map((c, j) => (data.data[i * columns + j] as number) - c)))
  return largest
}
