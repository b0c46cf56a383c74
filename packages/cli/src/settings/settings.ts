import type { Activation } from '@tweedie/core'
import type { ColumnScaling } from '@tweedie/density'
import type { BackendName, GridName, SolverName } from './names.js'

/**
 * Everything that decides what a fit gives. Two fits of the same rows with the same settings write the same samples, byte for byte;
 * `chunk` and `threads` are here too, to show that they do not matter.
 */
export interface FitSettings {
  /** Where every random number comes from. */
  readonly seed: number
  readonly backend: BackendName
  /** Threads of the wasm backend; all that the machine has when not given. They decide speed, not results. */
  readonly threads?: number
  /** Share of the rows held out for the metrics. */
  readonly testFraction: number
  readonly scaling: ColumnScaling
  /** Variance left at the end of the process: labels follow a kernel density of bandwidth √floor, in column deviations. `floorFor` when not given. */
  readonly floor?: number
  readonly solver: SolverName
  readonly grid: GridName
  /** Steps of the reverse ODE. */
  readonly steps: number
  /** Number of labelled pairs. */
  readonly labels: number
  /** Points of the cloud in each Monte Carlo score; all training rows up to `wholeCloudRows` when not given. */
  readonly miniBatch?: number
  /** Sizes of the hidden layers. */
  readonly hidden: readonly number[]
  readonly activation: Exclude<Activation, 'identity'>
  readonly trainingSteps: number
  /** Pairs in each training step. */
  readonly batch: number
  /** Adam's largest rate. */
  readonly rate: number
  /** Rows in samples.csv; as many as the table has when not given. */
  readonly samples?: number
  /** Initial states solved at a time: memory, not results. */
  readonly chunk: number
}

/** What `tweedie fit TABLE` does with no option. docs/decisions/ says how each was chosen. */
export const defaultSettings: FitSettings = {
  seed: 0,
  backend: 'wasm',
  testFraction: 0.2,
  scaling: 'normal-scores',
  solver: 'dpm-solver-2m',
  grid: 'log-snr',
  steps: 20,
  labels: 10_000,
  hidden: [64, 64, 64],
  activation: 'tanh',
  trainingSteps: 5_000,
  batch: 128,
  rate: 1e-2,
  chunk: 1_000,
}

/** The largest cloud that is used whole when no mini-batch is asked for. */
export const wholeCloudRows = 4_000

/**
 * The floor that suits n rows of d columns: a kernel bandwidth √floor = ½ √d n^(−1/3) in column deviations, at most ½. An empirical rule;
 * docs/decisions/fit-defaults.md has the measurements.
 */
export const floorFor = (rows: number, columns: number): number => Math.min(0.25, 0.25 * columns * rows ** (-2 / 3))

/** Settings with everything that depends on the table filled in. */
export interface CompleteSettings extends FitSettings {
  readonly floor: number
  readonly samples: number
}
