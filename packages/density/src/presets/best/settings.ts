/** What `learnBest` does where it is not told otherwise; docs/decisions/best.md has the measurements. */
export const bestSettings = {
  scaling: 'normal-scores',
  /** Variance of the noise left at the end of the process, in scores: small, for the spread smooths instead. */
  floor: 0.001,
  /** Rows of the cloud: the table spread along itself, every row at least once. */
  cloud: 10_000,
  /** Widths of the kernels along the data, in distances to the neighbours: those that are tried, and the one that is used untried. */
  spreads: [0.25, 0.5, 0.9, 1.5],
  spread: 0.25,
  /** Steps from the anchors that are tried, besides the network alone, and the one that is used untried. */
  steps: [0.05, 0.1, 0.2, 0.4],
  step: 0.1,
  /** Steps of dpmSolver2M, uniform in log-SNR. */
  solverSteps: 20,
  labels: 30_000,
  activation: 'tanh',
  iterations: 8_000,
  batch: 256,
  rate: 3e-3,
  /** Outputs of the network whose quantiles calibrate the columns. */
  calibration: 20_000,
} as const

/** Three hidden layers: 64 wide for up to 6 columns, so that a hundred thousand rows take a tenth of a second, and 128 above. */
export const hiddenFor = (columns: number): readonly number[] => (columns <= 6 ? [64, 64, 64] : [128, 128, 128])
