import { tweedieError } from '@tweedie/core'
import { largest, requireValues } from './validate.js'

/** A one-dimensional sample in increasing order. */
export interface SortedSample {
  readonly values: Float64Array
  /** The weight of values 0 to i. Not divided by the total: sums of whole weights are exact, so equal quantiles stay equal. */
  readonly cumulative: Float64Array
}

/** The cumulative weights of `count` equal values: 1, 2, …, count. */
export const equalWeights = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i + 1)

const requireWeights = (where: string, name: string, weights: ArrayLike<number>, count: number): void => {
  if (weights.length !== count)
    throw tweedieError('ShapeMismatch', where, `${weights.length} ${name} for ${count} values`, 'Pass one weight for each value')
  requireValues(where, name, weights)
  let sum = 0
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number
    if (weight < 0) throw tweedieError('InvalidArgument', where, `${name} has ${weight} at index ${i}`, 'Use weights of at least 0')
    sum += weight
  }
  if (!(sum >= 1 / largest && sum <= largest))
    throw tweedieError('InvalidArgument', where, `${name} sum to ${sum}`, `Use weights whose sum is between ${1 / largest} and ${largest}`)
}

/** Checks and sorts a sample. Throws `InvalidArgument`, `ShapeMismatch` or `NotFinite`. */
export const sortedSample = (where: string, name: string, values: ArrayLike<number>, weights?: ArrayLike<number>): SortedSample => {
  requireValues(where, name, values)
  if (weights === undefined) return { values: Float64Array.from(values).sort(), cumulative: equalWeights(values.length) }
  requireWeights(where, `${name}Weights`, weights, values.length)
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number))
  let sum = 0
  return {
    values: Float64Array.from(order, (i) => values[i] as number),
    cumulative: Float64Array.from(order, (i) => {
      sum += weights[i] as number
      return sum
    }),
  }
}
