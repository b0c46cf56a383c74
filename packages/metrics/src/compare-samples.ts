import { fold, type HostMatrix, type Key } from '@tweedie/core'
import type { Classifier } from './classifier.js'
import { type ClassifierTwoSampleTest, classifierTwoSampleTest } from './classifier-two-sample-test.js'
import { type CorrelationDifference, correlationDifference } from './correlation-difference.js'
import { type DensityAndCoverage, neighbourhood, type PrecisionAndRecall } from './density-and-coverage.js'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js'
import { type MaximumMeanDiscrepancy, maximumMeanDiscrepancy } from './maximum-mean-discrepancy.js'
import { type SinkhornDivergence, sinkhornDivergence } from './sinkhorn-divergence.js'
import { subsampleRows } from './subsample.js'

/** The part of `evaluateSamples` that weighs a sample against held-out rows as wholes, each metric on as many rows as it can afford. */
export interface SampleComparison {
  /** The statistic of each column, 0 to 1. */
  readonly kolmogorovSmirnov: readonly number[]
  readonly correlation: CorrelationDifference
  /** Of at most 500 rows of each. */
  readonly sinkhorn: SinkhornDivergence
  /** Of at most 1000 rows of each. */
  readonly maximumMeanDiscrepancy: MaximumMeanDiscrepancy
  /** Of at most 2000 rows of each, with 5 neighbours; null when either has 5 rows or fewer. */
  readonly neighbourhood: (DensityAndCoverage & PrecisionAndRecall) | null
  /** The classifier two-sample test by gradient boosting; null when either has fewer than 10 rows. */
  readonly classifier: ClassifierTwoSampleTest | null
}

export interface CompareSamplesOptions {
  readonly key: Key
  readonly maxRows: number
  /** Of MMD's kernel. */
  readonly bandwidth: number
  readonly classifier?: Classifier<Float64Array>
}

const neighbours = 5
const folds = 5

/** Both tables are standardised. */
export const compareSamples = (
  heldOut: HostMatrix,
  sample: HostMatrix,
  { key, maxRows, bandwidth, classifier }: CompareSamplesOptions,
): SampleComparison => {
  const cut = (count: number, stream: number): [HostMatrix, HostMatrix] => [
    // MMD needs two rows.
    subsampleRows(heldOut, Math.max(2, Math.min(count, maxRows)), fold(key, stream)),
    subsampleRows(sample, Math.max(2, Math.min(count, maxRows)), fold(key, stream + 1)),
  ]
  const fewest = Math.min(heldOut.rows, sample.rows, maxRows)
  return {
    kolmogorovSmirnov: kolmogorovSmirnov(heldOut, sample).map(({ statistic }) => statistic),
    correlation: correlationDifference(heldOut, sample),
    sinkhorn: sinkhornDivergence(...cut(500, 0)),
    maximumMeanDiscrepancy: maximumMeanDiscrepancy(...cut(1000, 4), { key: fold(key, 6), bandwidth }),
    neighbourhood: fewest <= neighbours ? null : neighbourhood(...cut(2000, 2), neighbours),
    classifier:
      fewest < 2 * folds
        ? null
        : classifierTwoSampleTest(heldOut, sample, { key: fold(key, 7), folds, maxRows, ...(classifier && { classifier }) }),
  }
}
