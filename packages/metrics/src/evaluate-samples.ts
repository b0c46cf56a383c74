import { column, fold, type HostMatrix, type Key } from '@tweedie/core'
import { type ColumnSummary, columnSummary } from './column-summary.js'
import { energyDistance } from './energy-distance.js'
import { columnKl, type MarginalKlOptions, requireMarginalKlOptions } from './marginal-kl.js'
import { type Memorisation, memorisationRatio } from './memorisation.js'
import { slicedWasserstein } from './sliced-wasserstein.js'
import { type ColumnScale, columnScale, standardise } from './standardise.js'
import { subsampleRows } from './subsample.js'
import { requireCount, requireSameColumns, requireSample } from './validate.js'

export interface EvaluateSamplesOptions extends MarginalKlOptions {
  /** Draws the projections and the subsamples: the same key, the same record. */
  readonly key: Key
  /** Directions of the sliced Wasserstein distance; default 200. */
  readonly projections?: number
  /** Rows kept, of each sample, for the energy distance, and of the generated and held-out rows for memorisation; default 5000. */
  readonly maxRows?: number
}

/** How far a sample is from the held-out rows. Everything in training standard deviations, but for the divergences, in nats. */
export interface SampleDistances {
  /** One for each column; null where the held-out column is constant. */
  readonly marginalKl: readonly (number | null)[]
  /** The mean of those that are not null; null when all are. One column that does not vary in the sample adds tens of nats. */
  readonly meanMarginalKl: number | null
  /** Order 2. */
  readonly slicedWasserstein: number
  /** Squared, as `energyDistance`. */
  readonly energyDistance: number
}

/** Everything `evaluateSamples` measures; plain numbers and lists, so it goes through JSON unchanged. */
export interface SampleEvaluation {
  /** Generated rows against held-out rows. */
  readonly generated: SampleDistances
  /** Training rows against held-out rows: what real data of the same size gives. */
  readonly floor: SampleDistances
  readonly memorisation: Memorisation
  /** Rows of each table, and how many generated and training rows entered `generated` and `floor`. */
  readonly rows: { readonly heldOut: number; readonly training: number; readonly generated: number; readonly compared: number }
  /** The training means and standard deviations that every column was standardised by. */
  readonly scale: ColumnScale
  /** The columns in their own units. */
  readonly summary: { readonly heldOut: readonly ColumnSummary[]; readonly generated: readonly ColumnSummary[] }
}

const sampleDistances = (heldOut: HostMatrix, sample: HostMatrix, options: Required<EvaluateSamplesOptions>): SampleDistances => {
  const marginalKl = Array.from({ length: heldOut.columns }, (_, j) => columnKl(column(heldOut, j), column(sample, j), options))
  const known = marginalKl.filter((value): value is number => value !== null)
  return {
    marginalKl,
    meanMarginalKl: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
    slicedWasserstein: slicedWasserstein(heldOut, sample, { key: fold(options.key, 0), projections: options.projections }),
    energyDistance: energyDistance(heldOut, sample, { key: fold(options.key, 1), maxRows: options.maxRows }),
  }
}

/**
 * Every metric in one record: generated rows against held-out rows, and training rows against held-out rows as the **floor**, the value
 * that real data gives. A generator as good as more data has numbers near the floor; below it by more than noise is no merit.
 *
 * All three tables are first standardised by the means and standard deviations of `training` (`scale` in the record), so no number
 * depends on the units of a column; `summary` alone is in those units. A column that is constant in `training` is only centred.
 *
 * Distances between samples depend on their sizes, so both comparisons use the same one: `rows.compared`, the smaller of the
 * generated and the training rows, drawn without replacement where there are more. The energy distance keeps at most `maxRows` of
 * each sample. Memorisation compares with every training row, for at most `maxRows` generated and held-out rows.
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
  const complete = { projections: 200, maxRows: 5000, bandwidthFactor: 0.2, gridPoints: 1000, ...options }
  requireMarginalKlOptions(where, complete)
  requireCount(where, 'projections', complete.projections)
  requireCount(where, 'maxRows', complete.maxRows)
  requireSample(where, 'heldOut', heldOut, 2)
  requireSample(where, 'training', training, 2)
  requireSample(where, 'generated', generated, 2)
  requireSameColumns(where, ['heldOut', 'training'], heldOut, training)
  requireSameColumns(where, ['generated', 'training'], generated, training)
  const scale = columnScale(training)
  const [h, t, g] = [standardise(heldOut, scale), standardise(training, scale), standardise(generated, scale)]
  const compared = Math.min(generated.rows, training.rows)
  const drawn = (matrix: HostMatrix, count: number, stream: number): HostMatrix => subsampleRows(matrix, count, fold(options.key, stream))
  return {
    generated: sampleDistances(h, drawn(g, compared, 2), complete),
    floor: sampleDistances(h, drawn(t, compared, 3), complete),
    memorisation: memorisationRatio(drawn(g, complete.maxRows, 4), t, drawn(h, complete.maxRows, 5)),
    rows: { heldOut: heldOut.rows, training: training.rows, generated: generated.rows, compared },
    scale,
    summary: { heldOut: columnSummary(heldOut), generated: columnSummary(generated) },
  }
}
