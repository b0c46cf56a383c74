import { type CloudTree, type HostMatrix, tweedieError } from '@tweedie/core'
import { requireCloud } from '../validate.js'
import { cloudLevels } from './cloud-levels.js'
import { kdOrder } from './kd-order.js'

export interface CloudTreeOptions {
  /** How many principal axes of each group are kept, 0 to D. All for D ≤ 8, otherwise 2, when not given. 0 does for `certified` queries. */
  readonly rank?: number
}

const blockSize = 64
const arity = 16

/** Columns up to which every axis is kept: beyond, axes cost more than they save where data lie near a surface of few dimensions. */
const everyAxisUpTo = 8

/**
 * A cloud in the order of a left-balanced k-d tree, with the box and the exact first and second moments of every group: what `B.cloudTree`
 * evaluates. O(N ln N) for the order and O(N D²) for the moments; O(N D) when the rank is 0.
 *
 * Throws `InvalidTable` for an empty table, `NotFinite` for a number that is not finite, in the table or the log-weights, `ShapeMismatch` when
 * there are not as many log-weights as rows, `InvalidArgument` for a rank that is not a whole number from 0 to D.
 */
export const cloudTree = (points: HostMatrix, logWeights?: ArrayLike<number>, options: CloudTreeOptions = {}): CloudTree => {
  requireCloud('cloudTree', points)
  const { rows, columns } = points
  const { rank = columns <= everyAxisUpTo ? columns : 2 } = options
  if (!(Number.isInteger(rank) && rank >= 0 && rank <= columns))
    throw tweedieError('InvalidArgument', 'cloudTree', `rank ${rank} in ${columns} dimensions`, `Use a whole number from 0 to ${columns}`)
  if (logWeights !== undefined) requireLogWeights(logWeights, rows)

  const { sorted, order } = kdOrder(points, blockSize)
  const weights = logWeights && Float64Array.from(order, (row) => logWeights[row] as number)
  return {
    count: rows,
    dimension: columns,
    blockSize,
    arity,
    points: sorted,
    ...(weights && { logWeights: weights }),
    order,
    levels: cloudLevels(sorted, weights, columns, rank, blockSize, arity),
  }
}

const requireLogWeights = (logWeights: ArrayLike<number>, rows: number): void => {
  if (logWeights.length !== rows)
    throw tweedieError('ShapeMismatch', 'cloudTree', `${logWeights.length} log-weights for ${rows} rows`, 'Give one log-weight per row')
  for (let i = 0; i < rows; i++)
    if (!Number.isFinite(logWeights[i] as number))
      throw tweedieError('NotFinite', 'cloudTree', `log-weight ${logWeights[i]} in row ${i}`, 'Leave out rows without weight beforehand')
}
