import { fold, type HostMatrix } from '@tweedie/core'
import type { Classifier } from './classifier.js'
import { type ColumnSummary, columnSummary } from './column-summary.js'
import { compareSamples, type SampleComparison } from './compare-samples.js'
import { kdTree, type NeighbourDistances, neighbourDistances } from './kd-tree.js'
import { medianDistance } from './maximum-mean-discrepancy.js'
import { type Memorisation, memorisationOf } from './memorisation.js'
import { distanceRatiosOf, type NearestNeighbourDistanceRatio } from './nearest-neighbour-distance-ratio.js'
import { completeOptions, distancesBetween, type SampleDistances, type SampleDistancesOptions } from './sample-distances.js'
import { type ColumnScale, columnScale, standardise } from './standardise.js'
import { subsampleRows } from './subsample.js'
import { requireSameColumns, requireSample } from './validate.js'

export interface EvaluateSamplesOptions extends SampleDistancesOptions {
  /**
   * Rows kept, of each sample, for the energy distance and the classifier; default 5000. Memorisation, the distance ratio, density and
   * coverage keep at most 2000 of them, MMD 1000, and the Sinkhorn divergence 500.
   */
  readonly maxRows?: number
  /** Of the classifier two-sample test; default `boostingClassifier()`. */
  readonly classifier?: Classifier<Float64Array>
}

/** Everything `evaluateSamples` measures; plain numbers and lists, so it goes through JSON unchanged. */
export interface SampleEvaluation {
  /** Generated rows against held-out rows. */
  readonly generated: SampleDistances & SampleComparison
  /** Training rows against held-out rows: what real data of the same size gives. */
  readonly floor: SampleDistances & SampleComparison
  readonly memorisation: Memorisation
  readonly distanceRatio: NearestNeighbourDistanceRatio
  /** Rows of each table, and how many generated and training rows entered `generated` and `floor`. */
  readonly rows: { readonly heldOut: number; readonly training: number; readonly generated: number; readonly compared: number }
  /** The training means and standard deviations that every column was standardised by. */
  readonly scale: ColumnScale
  /** The columns in their own units. */
  readonly summary: { readonly heldOut: readonly ColumnSummary[]; readonly generated: readonly ColumnSummary[] }
}

/** Rows whose nearest training rows are looked for: their median is known to about one part in a hundred. */
const nearestRows = 2000

/** The first of each row's distances. */
const nearest = ({ distances, neighbours }: NeighbourDistances): Float64Array => distances.filter((_, k) => k % neighbours === 0)

/**
 * Every metric in one record: generated rows against held-out rows, and training rows against held-out rows as the **floor**, the value
 * that real data gives. A generator as good as more data has numbers near the floor; below it by more than noise is no merit.
 *
 * All three tables are first standardised by the means and standard deviations of `training` (`scale` in the record), so no number
 * depends on the units of a column; `summary` alone is in those units. A column that is constant in `training` is only centred.
 *
 * Distances between samples depend on their sizes, so both comparisons use the same one: `rows.compared`, the smaller of the
 * generated and the training rows, drawn without replacement where there are more. The energy distance keeps at most `maxRows` of
 * each sample, and so do the classifier and the others, which cut further. Memorisation compares with every training row, for at most
 * 2000 generated and held-out rows. The kernel of MMD has one bandwidth for both comparisons, the median distance of real rows.
 *
 * Every table needs 2 rows. Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options) or `NotFinite`.
 */
export const evaluateSamples = (
  heldOut: HostMatrix,
  training: HostMatrix,
  generated: HostMatrix,
  options: EvaluateSamplesOptions,
): SampleEvaluation => {
  const where = 'evaluateSamples'
  const complete = completeOptions(where, options)
  requireSample(where, 'heldOut', heldOut, 2)
  requireSample(where, 'training', training, 2)
  requireSample(where, 'generated', generated, 2)
  requireSameColumns(where, ['heldOut', 'training'], heldOut, training)
  requireSameColumns(where, ['generated', 'training'], generated, training)
  const scale = columnScale(training)
  const [h, t, g] = [standardise(heldOut, scale), standardise(training, scale), standardise(generated, scale)]
  const compared = Math.min(generated.rows, training.rows)
  const drawn = (matrix: HostMatrix, count: number, stream: number): HostMatrix => subsampleRows(matrix, count, fold(options.key, stream))
  const keys = { key: fold(options.key, 6), maxRows: complete.maxRows, ...(options.classifier && { classifier: options.classifier }) }
  const further = { ...keys, bandwidth: medianDistance(h, t, fold(options.key, 7)) }
  const against = (sample: HostMatrix): SampleDistances & SampleComparison => ({
    ...distancesBetween(h, sample, complete),
    ...compareSamples(h, sample, further),
  })
  const tree = kdTree(t)
  const few = Math.min(nearestRows, complete.maxRows)
  const [fromGenerated, fromHeldOut] = [neighbourDistances(tree, drawn(g, few, 4), 2), neighbourDistances(tree, drawn(h, few, 5), 2)]
  const floor = against(drawn(t, compared, 3))
  return {
    generated: generated === training ? floor : against(drawn(g, compared, 2)),
    floor,
    memorisation: memorisationOf(nearest(fromGenerated), nearest(fromHeldOut)),
    distanceRatio: { generated: distanceRatiosOf(fromGenerated), heldOut: distanceRatiosOf(fromHeldOut) },
    rows: { heldOut: heldOut.rows, training: training.rows, generated: generated.rows, compared },
    scale,
    summary: { heldOut: columnSummary(heldOut), generated: columnSummary(generated) },
  }
}
