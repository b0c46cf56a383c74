import { choiceWithoutReplacement, type HostMatrix, type Key, takeRows } from '@tweedie/core'
import { requireCount } from './validate.js'

/**
 * `count` rows drawn without replacement, in their original order; the matrix itself when it has no more than that. The same key
 * draws the same rows. Throws `InvalidArgument` for a count below 1.
 */
export const subsampleRows = (matrix: HostMatrix, count: number, key: Key): HostMatrix => {
  requireCount('subsampleRows', 'count', count)
  if (count >= matrix.rows) return matrix
  return takeRows(matrix, choiceWithoutReplacement(key, matrix.rows, count).sort())
}
