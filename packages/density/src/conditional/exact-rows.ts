import { type HostMatrix, tweedieError } from '@tweedie/core'
import { type Given, requireGiven } from './given.js'

/** The rows of a cloud that have some of the given values exactly, and the values that are left to a kernel. */
export interface ExactRows {
  /** Row numbers, increasing. */
  readonly rows: Uint32Array
  readonly rest: Given
}

/** Values are equal that differ by rounding. */
const SAME = 1e-12

/**
 * Where a given value is one that many rows have (a category, a count), the condition is these rows, not their neighbourhood. Takes the given columns
 * in order, and keeps the rows that have the value as long as at least `atLeast` (30) are left; the columns without enough such rows are the rest.
 */
export const exactRows = (cloud: HostMatrix, given: Given, atLeast = 30): ExactRows => {
  if (!(atLeast >= 1)) throw tweedieError('InvalidArgument', 'exactRows', `atLeast ${atLeast}`, 'Use a number of rows, at least 1')
  const { columns, values } = requireGiven('exactRows', given, cloud.columns)
  let rows = Uint32Array.from({ length: cloud.rows }, (_, i) => i)
  const rest: Record<number, number> = {}
  columns.forEach((j, k) => {
    const value = values[k] as number
    const equal = rows.filter((i) => Math.abs((cloud.data[i * cloud.columns + j] as number) - value) <= SAME * Math.max(1, Math.abs(value)))
    if (equal.length >= atLeast) rows = equal
    else rest[j] = value
  })
  return { rows, rest }
}
