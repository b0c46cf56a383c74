import type { HostMatrix } from '@tweedie/core'
import { kdTree, nearestDistances } from './kd-tree.js'
import { median } from './quantile.js'
import { requireSameColumns, requireSample } from './validate.js'

/** How near generated rows lie to training rows, beside how near real rows do that were not trained on. */
export interface Memorisation {
  /** `generatedMedian / heldOutMedian`: 1 is what fresh data gives, near 0 is copying. Null when `heldOutMedian` is 0. */
  readonly ratio: number | null
  /** Median over generated rows of the distance to the nearest training row. */
  readonly generatedMedian: number
  /** The same for held-out rows. */
  readonly heldOutMedian: number
  /** The share of generated rows that equal a training row, 0 to 1. */
  readonly generatedCopies: number
  /** The same for held-out rows: tables with repeated rows have some without any model. */
  readonly heldOutCopies: number
  /** Why there is no ratio; present only then. */
  readonly reason?: string
}

const copies = (distances: Float64Array): number =>
  distances.reduce((count, distance) => (distance === 0 ? count + 1 : count), 0) / distances.length

/**
 * The memorisation ratio: the median distance from a generated row to its nearest training row, over the same median for held-out
 * rows. Distances are Euclidean and exact, so standardise the columns first unless they share a unit (`columnScale`, `standardise`).
 *
 * Where at least half the held-out rows repeat a training row the held-out median is 0 and there is no ratio: `ratio` is null,
 * `reason` says so, and `generatedCopies` against `heldOutCopies` is the comparison left.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (no rows) or `NotFinite`.
 */
export const memorisationRatio = (generated: HostMatrix, training: HostMatrix, heldOut: HostMatrix): Memorisation => {
  requireSample('memorisationRatio', 'generated', generated)
  requireSample('memorisationRatio', 'training', training)
  requireSample('memorisationRatio', 'heldOut', heldOut)
  requireSameColumns('memorisationRatio', ['generated', 'training'], generated, training)
  requireSameColumns('memorisationRatio', ['heldOut', 'training'], heldOut, training)
  const tree = kdTree(training)
  return memorisationOf(nearestDistances(tree, generated), nearestDistances(tree, heldOut))
}

/** The same from the distances of generated and of held-out rows to their nearest training row. */
export const memorisationOf = (fromGenerated: Float64Array, fromHeldOut: Float64Array): Memorisation => {
  const generatedMedian = median(fromGenerated)
  const heldOutMedian = median(fromHeldOut)
  const measured = { generatedMedian, heldOutMedian, generatedCopies: copies(fromGenerated), heldOutCopies: copies(fromHeldOut) }
  const ratio = generatedMedian / heldOutMedian
  if (Number.isFinite(ratio)) return { ratio, ...measured }
  return {
    ratio: null,
    ...measured,
    reason:
      'the held-out median is 0 or too small to divide by: half the held-out rows repeat a training row; compare the shares of copies',
  }
}
