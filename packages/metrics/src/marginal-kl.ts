import { column, type HostMatrix, tweedieError } from '@tweedie/core'
import { gaussianKde } from './gaussian-kde.js'
import { moments } from './moments.js'
import { requireAtLeast, requireCount, requireSameColumns, requireSample } from './validate.js'

/**
 * The marginal Kullback–Leibler divergence of Liu, Yang, Zhang, Bao, Cao and Zhang (arXiv 2310.14458), as their code computes it: both
 * densities are Gaussian kernel estimates on an even grid over the truth's range, and the value is
 *
 *   Σ p Δx ln((p + 1e-16) / (q + 1e-16)).
 */
export interface MarginalKlOptions {
  /** Each kernel's bandwidth over its own sample's standard deviation (n − 1 in the denominator); default 0.2. */
  readonly bandwidthFactor?: number
  /** Points of the grid from the truth's minimum to its maximum, both included; default 1000. */
  readonly gridPoints?: number
}

const offset = 1e-16
/** A range below this counts as constant: the kernel's height, its inverse, would near overflow. */
const smallestRange = 1e-150
/** A model narrower than this part of the truth gets the bandwidth of one that is exactly this wide. */
const narrowest = 1e-6

const linspace = (from: number, to: number, count: number): Float64Array => {
  const step = (to - from) / (count - 1)
  return Float64Array.from({ length: count }, (_, k) => (k === count - 1 ? to : from + k * step))
}

/** The divergence of one column, or null when the truth does not vary. Options are already checked. */
export const columnKl = (
  truth: Float64Array,
  model: Float64Array,
  { bandwidthFactor = 0.2, gridPoints = 1000 }: MarginalKlOptions = {},
): number | null => {
  const truthSorted = truth.slice().sort()
  const modelSorted = model.slice().sort()
  const from = truthSorted[0] as number
  const to = truthSorted[truthSorted.length - 1] as number
  if (!(to - from > smallestRange)) return null
  const truthDeviation = moments(truthSorted).standardDeviation
  const modelDeviation = Math.max(moments(modelSorted).standardDeviation, narrowest * truthDeviation)
  const grid = linspace(from, to, gridPoints)
  const p = gaussianKde(truthSorted, bandwidthFactor * truthDeviation, grid)
  const q = gaussianKde(modelSorted, bandwidthFactor * modelDeviation, grid)
  let sum = 0
  for (let k = 0; k < gridPoints; k++) {
    const density = p[k] as number
    sum += density * Math.log((density + offset) / ((q[k] as number) + offset))
  }
  return sum * ((to - from) / (gridPoints - 1))
}

export const requireMarginalKlOptions = (where: string, { bandwidthFactor = 0.2, gridPoints = 1000 }: MarginalKlOptions): void => {
  requireAtLeast(where, 'bandwidthFactor', bandwidthFactor, 0, true)
  requireCount(where, 'gridPoints', gridPoints, 2)
}

/**
 * KL(truth‖model) of every column, in nats: `columns` numbers. Rows are samples; both need 2.
 *
 * It sees one column at a time, so it says nothing about dependence. Mass outside the truth's range is not counted on either side, so
 * a value can be a little below 0. A model column that is constant, or narrower than a millionth of the truth, gets the bandwidth of
 * one a millionth as wide: its spike misses almost every grid point and the value is tens of nats, near the ceiling Σ p Δx ln(p/1e-16).
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options), `NotFinite`, and `InvalidTable` for a constant truth column,
 * over whose range there is no grid.
 */
export const marginalKl = (truth: HostMatrix, model: HostMatrix, options: MarginalKlOptions = {}): Float64Array => {
  requireMarginalKlOptions('marginalKl', options)
  requireSample('marginalKl', 'truth', truth, 2)
  requireSample('marginalKl', 'model', model, 2)
  requireSameColumns('marginalKl', ['truth', 'model'], truth, model)
  return Float64Array.from({ length: truth.columns }, (_, j) => {
    const value = columnKl(column(truth, j), column(model, j), options)
    if (value === null)
      throw tweedieError(
        'InvalidTable',
        `marginalKl, column ${j}`,
        `every truth value is ${truth.data[j]}`,
        'Leave constant columns out of the comparison',
      )
    return value
  })
}
