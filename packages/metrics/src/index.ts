/**
 * Distances between samples. Every function is pure, synchronous, deterministic, and takes matrices whose rows are samples.
 */
export { type ColumnSummary, type ColumnSummaryOptions, columnSummary, defaultLevels } from './column-summary.js'
export { type EnergyDistanceOptions, energyDistance } from './energy-distance.js'
export { type EnergyDistance1dOptions, energyDistance1d } from './energy-distance-1d.js'
export { type EvaluateSamplesOptions, evaluateSamples, type SampleDistances, type SampleEvaluation } from './evaluate-samples.js'
export { type KdTree, kdTree, nearestDistances } from './kd-tree.js'
export { type MarginalKlOptions, marginalKl } from './marginal-kl.js'
export { type Memorisation, memorisationRatio } from './memorisation.js'
export { type SlicedWassersteinOptions, slicedWasserstein } from './sliced-wasserstein.js'
export { type ColumnScale, columnScale, standardise } from './standardise.js'
export { subsampleRows } from './subsample.js'
export { type Wasserstein1dOptions, wasserstein1d } from './wasserstein-1d.js'
