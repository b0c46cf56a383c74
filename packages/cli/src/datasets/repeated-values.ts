import { column, type HostMatrix } from '@tweedie/core'

/** More occurrences than this are too many. */
const mostOccurrences = 5

/**
 * The columns without many repeated values, by MAF's rule: what its code counts is how often a column's smallest value occurs, and a column where that is
 * more than five times goes.
 */
export const withoutRepeatedValues = (matrix: HostMatrix): readonly number[] =>
  Array.from({ length: matrix.columns }, (_, j) => j).filter((j) => {
    const values = column(matrix, j)
    const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    return values.reduce((count, value) => count + (value === least ? 1 : 0), 0) <= mostOccurrences
  })
