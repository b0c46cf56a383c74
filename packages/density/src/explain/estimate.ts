import type { HostMatrix } from '@tweedie/core'

/** A mean over independent replicates, and its standard error. */
export interface Estimate {
  readonly value: number
  readonly standardError: number
}

/** The mean of at least two replicates, and deviation/√replicates. */
export const estimateOf = (values: readonly number[]): Estimate => {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0)
  return { value, standardError: Math.sqrt(squares / (values.length - 1) / values.length) }
}

/** The mean over rows of (a − b)·(a − c). With b and c independent given a, it is the mean of |a − E b|²; with c = b, that of |a − b|². */
export const meanProduct = (a: HostMatrix, b: HostMatrix, c: HostMatrix): number => {
  let sum = 0
  for (let k = 0; k < a.data.length; k++)
    sum += ((a.data[k] as number) - (b.data[k] as number)) * ((a.data[k] as number) - (c.data[k] as number))
  return sum / a.rows
}

/** √ mean |a_i − b_i|² over rows, Euclidean lengths. */
export const rootMeanSquare = (a: HostMatrix, b: HostMatrix): number => Math.sqrt(meanProduct(a, b, b))
