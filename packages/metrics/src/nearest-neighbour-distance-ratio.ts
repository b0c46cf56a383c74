import type { HostMatrix } from '@tweedie/core'
import { kdTree, type NeighbourDistances, neighbourDistances } from './kd-tree.js'
import { sortedQuantile } from './quantile.js'
import { requireSameColumns, requireSample } from './validate.js'

/** How the nearest-neighbour distance ratios of one table lie, each from 0 to 1. */
export interface DistanceRatios {
  readonly median: number
  /** The 5 % quantile: the rows that single out one training row most. */
  readonly fifthPercentile: number
}

export interface NearestNeighbourDistanceRatio {
  readonly generated: DistanceRatios
  /** The same for held-out rows: what rows give that were not trained on. */
  readonly heldOut: DistanceRatios
}

/**
 * The nearest-neighbour distance ratio of each row: its distance to the nearest training row over that to the second nearest. Near 0 a row
 * belongs to one training row alone (Lowe 2004 matched features so); generated tables with many such rows give away who was in
 * the training data (Zhao, Kunar, Birke and Chen 2021 use its 5 % quantile as a privacy score). Unlike `memorisationRatio` it does not
 * depend on how dense the data is where the row lies. A row equal to two training rows has ratio 1: it singles out neither.
 *
 * Compare with `heldOut`. Euclidean distances: standardise the columns first unless they share a unit.
 *
 * Needs 2 training rows. Throws `ShapeMismatch` (columns), `InvalidArgument` (rows) or `NotFinite`.
 */
export const nearestNeighbourDistanceRatio = (
  generated: HostMatrix,
  training: HostMatrix,
  heldOut: HostMatrix,
): NearestNeighbourDistanceRatio => {
  const where = 'nearestNeighbourDistanceRatio'
  requireSample(where, 'generated', generated)
  requireSample(where, 'training', training, 2)
  requireSample(where, 'heldOut', heldOut)
  requireSameColumns(where, ['generated', 'training'], generated, training)
  requireSameColumns(where, ['heldOut', 'training'], heldOut, training)
  const tree = kdTree(training)
  return {
    generated: distanceRatiosOf(neighbourDistances(tree, generated, 2)),
    heldOut: distanceRatiosOf(neighbourDistances(tree, heldOut, 2)),
  }
}

/** The ratios from the distances of rows to their two nearest training rows. */
export const distanceRatiosOf = ({ distances }: NeighbourDistances): DistanceRatios => {
  const ratios = Float64Array.from({ length: distances.length / 2 }, (_, i) => {
    const [nearest, second] = [distances[2 * i] as number, distances[2 * i + 1] as number]
    return second > 0 ? nearest / second : 1
  }).sort()
  return { median: sortedQuantile(ratios, 0.5), fifthPercentile: sortedQuantile(ratios, 0.05) }
}
