/** The settings of the study of N, the rows of a mini-batch, and M, the labels. */
export interface SensitivitySettings {
  /** Rows of the data, N at most. */
  readonly rows: number
  /** Variance left at the stop, as in the authors' code. */
  readonly floor: number
  /** Steps of the flow, equal in log-SNR. */
  readonly steps: number
  /** Rows of a mini-batch, increasing. */
  readonly miniBatches: readonly number[]
  /** Those of them that a network is trained for. */
  readonly trainedMiniBatches: readonly number[]
  /** Independent mini-batches that an error is the mean over. */
  readonly draws: number
  /** Labels that a network is trained on, increasing. */
  readonly labels: readonly number[]
  /** Labels of the networks that N is studied with, one of `labels`, and those of them that share a mini-batch. */
  readonly labelsForMiniBatches: number
  readonly group: number
  /** Noise ratios σ/α at which the posterior mean is compared. */
  readonly noiseRatios: readonly number[]
  /** Queries of the posterior mean, and labels that are compared. */
  readonly compared: number
  /** Generated rows. */
  readonly samples: number
  readonly hidden: readonly number[]
  readonly trainingSteps: number
  readonly batch: number
  readonly rate: number
}

const shared = { floor: 0.01, noiseRatios: [0.1, 0.2, 0.4, 0.8, 1.6], batch: 128, rate: 5e-3 }

/** Paper A has N = 1,000 and M = 200,000 in groups of 5,000. */
export const sensitivitySettings: Readonly<Record<'quick' | 'paper', SensitivitySettings>> = {
  quick: {
    ...shared,
    rows: 2_000,
    steps: 25,
    miniBatches: [50, 100, 200, 400, 800, 1_600],
    trainedMiniBatches: [50, 200, 800],
    draws: 8,
    labels: [500, 2_000, 5_000, 20_000],
    labelsForMiniBatches: 5_000,
    group: 250,
    compared: 800,
    samples: 2_000,
    hidden: [48, 48],
    trainingSteps: 1_000,
  },
  paper: {
    ...shared,
    rows: 20_000,
    steps: 40,
    miniBatches: [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
    trainedMiniBatches: [50, 200, 1_000, 5_000],
    draws: 16,
    labels: [500, 1_000, 2_000, 5_000, 10_000, 20_000],
    labelsForMiniBatches: 20_000,
    group: 1_000,
    compared: 4_000,
    samples: 8_000,
    hidden: [128, 128, 128],
    trainingSteps: 10_000,
  },
}
