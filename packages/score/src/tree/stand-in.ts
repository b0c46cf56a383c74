import type { CloudLevel, CloudTree, NoiseLevel } from '@tweedie/core'

/**
 * What a noise level makes of the groups of one level. A group of weight W, mean c and covariance C = Σ_k λ_k v_k v_kᵀ + rest · (I − Σ_k v_k v_kᵀ) stands
 * for W · N(x; αc, σ²I + α²C), whose posterior mean is c + αC(σ²I + α²C)⁻¹(x − αc) and whose posterior covariance has the trace
 * Σ_k σ²λ_k/(σ² + α²λ_k) (docs/formulas.md §1, the Gaussian). Weights leave out the factor (2πσ²)^(−D/2) that all have.
 */
export interface StandIns {
  /** 1/(σ² + α²λ), per axis [G, rank] and for the rest [G]. */
  readonly precision: Float64Array
  readonly restPrecision: Float64Array
  /** The log-weight at x = αc. */
  readonly peak: Float64Array
  readonly trace: Float64Array
  /**
   * How far the group is from being resolved: (α²λ/(σ² + α²λ))^(3/2) of its largest variance, what a third cumulant is multiplied by in the density's
   * expansion about the Gaussian (Edgeworth): with f = N(C)(1 + κ He₃(u/√λ)/6 + …) along an axis, the weight is that of the Gaussian times
   * 1 + κ (α²λ/s)^(3/2) He₃(p/√s)/6 + …, s = σ² + α²λ.
   */
  readonly smallness: Float64Array
}

export const standIns = (level: CloudLevel, dimension: number, { alpha, sigma }: NoiseLevel): StandIns => {
  const { count, rank, variances, rest, logWeight } = level
  const [noise, scale] = [sigma * sigma, alpha * alpha]
  const made: StandIns = {
    precision: new Float64Array(count * rank),
    restPrecision: new Float64Array(count),
    peak: new Float64Array(count),
    trace: new Float64Array(count),
    smallness: new Float64Array(count),
  }
  for (let g = 0; g < count; g++) {
    let largest = rank < dimension ? (rest[g] as number) : 0
    const restPrecision = 1 / (noise + scale * (rest[g] as number))
    let logs = (dimension - rank) * Math.log(noise * restPrecision)
    let trace = (dimension - rank) * noise * (rest[g] as number) * restPrecision
    for (let k = g * rank; k < (g + 1) * rank; k++) {
      const variance = variances[k] as number
      const precision = 1 / (noise + scale * variance)
      made.precision[k] = precision
      logs += Math.log(noise * precision)
      trace += noise * variance * precision
      largest = Math.max(largest, variance)
    }
    made.restPrecision[g] = restPrecision
    made.peak[g] = (logWeight[g] as number) + 0.5 * logs
    made.trace[g] = trace
    made.smallness[g] = ((scale * largest) / (noise + scale * largest)) ** 1.5
  }
  return made
}

/** ln Σ π² of every group of every level, [G] each: n (π/n)² for equal weights. */
export const logSquaredWeights = ({ levels, logWeights, count, blockSize, arity }: CloudTree): Float64Array[] => {
  const totals: Float64Array[] = []
  levels.forEach((level, k) => {
    const size = blockSize * arity ** k
    const total = new Float64Array(level.count)
    for (let g = 0; g < level.count; g++) {
      const places = Math.min(count, (g + 1) * size) - g * size
      if (logWeights === undefined) total[g] = Math.log(places)
      else if (k === 0) total[g] = logSum(places, (i) => 2 * (logWeights[g * size + i] as number))
      else {
        const below = totals[k - 1] as Float64Array
        total[g] = logSum(Math.min(arity, below.length - g * arity), (i) => below[g * arity + i] as number)
      }
    }
    totals.push(total)
  })
  return totals
}

const logSum = (count: number, value: (i: number) => number): number => {
  let top = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) top = Math.max(top, value(i))
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.exp(value(i) - top)
  return top + Math.log(sum)
}
