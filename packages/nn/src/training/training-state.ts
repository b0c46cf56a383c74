/** One look at the losses. */
export interface Losses {
  readonly step: number
  /** Mean of the batch losses since the last look. */
  readonly trainLoss: number
  /** Loss on the validation rows, where there are any. */
  readonly validationLoss?: number
}

/** A tensor as numbers on the host, row-major, with its name. */
export interface NamedNumbers {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** Everything that a training needs to go on, as numbers on the host: no backend owns any of it, and any backend can take it up. */
export interface TrainingState<Look = Losses> {
  /** Steps made. */
  readonly step: number
  /**
   * Leaf by leaf: `parameters.0.weight`, what the optimiser remembers as `memory.0.0.weight`, the best parameters where they are others as
   * `best.0.weight`, and `losses`, those of the steps since the last look.
   */
  readonly tensors: readonly NamedNumbers[]
  readonly history: readonly Look[]
}
