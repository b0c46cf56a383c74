/**
 * Distances between samples. Every function is pure, synchronous, deterministic, and takes matrices whose rows are samples.
 */
export { type AreaUnderRoc, areaUnderRoc } from './area-under-roc.js'
export { type BootstrapOptions, bootstrap, type Interval, type ResamplingMethod, withInterval } from './bootstrap.js'
export type { Classifier, LabelledRows } from './classifier.js'
export {
  type ClassifierTwoSampleTest,
  type ClassifierTwoSampleTestOptions,
  classifierTwoSampleTest,
} from './classifier-two-sample-test.js'
export { type ColumnSummary, type ColumnSummaryOptions, columnSummary, defaultLevels } from './column-summary.js'
export type { SampleComparison } from './compare-samples.js'
export { type CorrelationDifference, correlationDifference, type MatrixDifference } from './correlation-difference.js'
export {
  type DensityAndCoverage,
  densityAndCoverage,
  type NeighbourhoodOptions,
  type PrecisionAndRecall,
  precisionAndRecall,
} from './density-and-coverage.js'
export { type EnergyDistanceOptions, energyDistance } from './energy-distance.js'
export { type EnergyDistance1dOptions, energyDistance1d } from './energy-distance-1d.js'
export { type EvaluateSamplesOptions, evaluateSamples, type SampleEvaluation } from './evaluate-samples.js'
export {
  type BoostedTrees,
  boostedLogOdds,
  boostingClassifier,
  type EarlyStopping,
  type GradientBoostingOptions,
  gradientBoosting,
} from './gradient-boosting.js'
export { type KdTree, kdTree, type NeighbourDistances, nearestDistances, neighbourDistances } from './kd-tree.js'
export { type KolmogorovSmirnov, type KolmogorovSmirnovOptions, kolmogorovSmirnov } from './kolmogorov-smirnov.js'
export { type MarginalKlOptions, marginalKl } from './marginal-kl.js'
export {
  type MaximumMeanDiscrepancy,
  type MaximumMeanDiscrepancyOptions,
  maximumMeanDiscrepancy,
} from './maximum-mean-discrepancy.js'
export { type Memorisation, memorisationRatio } from './memorisation.js'
export {
  type DistanceRatios,
  type NearestNeighbourDistanceRatio,
  nearestNeighbourDistanceRatio,
} from './nearest-neighbour-distance-ratio.js'
export { type SampleDistances, type SampleDistancesOptions, sampleDistances } from './sample-distances.js'
export { type SinkhornDivergence, type SinkhornDivergenceOptions, sinkhornDivergence } from './sinkhorn-divergence.js'
export { type SlicedWassersteinOptions, slicedWasserstein } from './sliced-wasserstein.js'
export { type ColumnScale, columnScale, standardise } from './standardise.js'
export { subsampleRows } from './subsample.js'
export { type Wasserstein1dOptions, wasserstein1d } from './wasserstein-1d.js'
