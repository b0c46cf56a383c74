import type { Activation } from '@tweedie/core'
import { bestSettings, type ColumnScaling, hiddenFor, paperSettings } from '@tweedie/density'
import type { BackendName, GridName, PresetName, SolverName } from './names.js'

/**
 * Everything that decides what a fit gives. Two fits of the same rows with the same settings write the same samples, byte for byte;
 * `chunk` and `threads` are here too, to show that they do not matter.
 */
export interface FitSettings {
  readonly preset: PresetName
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
  /** Of preset `best`: width of the kernels along the data. It and the step are chosen on validation rows when neither is given. */
  readonly spread?: number
  /** Of preset `best`: how far a sample goes from the label it starts at; `network` starts at none. */
  readonly step?: number | 'network'
  /** Sizes of the hidden layers; by the number of columns when not given. */
  readonly hidden?: readonly number[]
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

const common = { seed: 0, backend: 'wasm', testFraction: 0.2, activation: 'tanh', chunk: 1_000 } as const

/**
 * What each preset does with no other option; docs/decisions/ says how each number was chosen. `best` is for real tables, `plain` is the network alone
 * with little work, `paper` has the settings of paper A's code.
 */
export const presetSettings: Readonly<Record<PresetName, FitSettings>> = {
  best: {
    ...common,
    preset: 'best',
    scaling: bestSettings.scaling,
    floor: bestSettings.floor,
    solver: 'dpm-solver-2m',
    grid: 'log-snr',
    steps: bestSettings.solverSteps,
    labels: bestSettings.labels,
    trainingSteps: bestSettings.iterations,
    batch: bestSettings.batch,
    rate: bestSettings.rate,
  },
  plain: {
    ...common,
    preset: 'plain',
    scaling: 'normal-scores',
    solver: 'dpm-solver-2m',
    grid: 'log-snr',
    steps: 20,
    labels: 10_000,
    hidden: [64, 64, 64],
    trainingSteps: 5_000,
    batch: 128,
    rate: 1e-2,
  },
  paper: {
    ...common,
    preset: 'paper',
    scaling: paperSettings.scaling,
    floor: paperSettings.floor,
    solver: 'euler',
    grid: 'linear',
    steps: paperSettings.steps,
    labels: paperSettings.labels,
    miniBatch: paperSettings.miniBatch,
    hidden: [256, 256],
    trainingSteps: paperSettings.iterations,
    batch: paperSettings.labels,
    rate: paperSettings.rate,
  },
}

/** The settings of `tweedie fit TABLE` with no option. */
export const defaultSettings: FitSettings = presetSettings.best

/** The largest cloud that preset `plain` uses whole when no mini-batch is asked for. */
export const wholeCloudRows = 4_000

/**
 * The floor of preset `plain` that suits n rows of d columns: a kernel bandwidth √floor = ½ √d n^(−1/3) in column deviations, at most ½. An empirical rule;
 * docs/decisions/fit-defaults.md has the measurements.
 */
export const floorFor = (rows: number, columns: number): number => Math.min(0.25, 0.25 * columns * rows ** (-2 / 3))

/** Settings with everything that depends on the table filled in. */
export interface CompleteSettings extends FitSettings {
  readonly floor: number
  readonly samples: number
  readonly hidden: readonly number[]
}

/** The hidden layers that settings name, or those for as many columns. */
export const hiddenOf = ({ hidden }: FitSettings, columns: number): readonly number[] => hidden ?? hiddenFor(columns)
