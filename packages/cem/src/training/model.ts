import type { ForwardProcess, HostMatrix, Key } from '@tweedie/core'
import type { Optimiser, Parameters, TrainingState as StateOf } from '@tweedie/nn'
import type { ModelNetwork } from '../network/model-network.js'
import type { Objective } from '../objective/objective.js'
import type { TimeLaw } from '../times/time-law.js'

/** A model as a value: what its network's output means. */
export interface Model {
  readonly process: ForwardProcess
  readonly objective: Objective
  readonly network: ModelNetwork
}

/** A look at the loss. */
export interface LossRecord {
  readonly step: number
  /** The mean over the batches since the last look. */
  readonly loss: number
}

export interface TrainModelOptions extends Model {
  /** The training data, [rows, D]. */
  readonly data: HostMatrix
  readonly times: TimeLaw
  readonly optimiser: Optimiser
  readonly steps: number
  readonly batch: number
  /** Decides initial parameters, batches, times and noise. */
  readonly key: Key
  /** Exponential moving average of the parameters, decay per step in [0, 1); the average is what is handed back. None when left out. */
  readonly averaging?: number | undefined
  /** Steps between two looks at the loss; a hundredth of the steps by default. */
  readonly lookEvery?: number | undefined
  /** A state to go on from, of `onCheckpoint` of a run with the same options. */
  readonly resume?: TrainingState | undefined
  /** Steps between two calls of `onCheckpoint`; 1,000 by default. */
  readonly checkpointEvery?: number | undefined
  readonly onCheckpoint?: ((state: TrainingState) => Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly step: number; readonly steps: number; readonly loss?: number }) => void) | undefined
}

/**
 * Everything a training needs to go on with the same bits: numbers on the host. Parameters, what the optimiser remembers, and the average, leaf by leaf,
 * and `lossSum`, the sum of the losses since the last look.
 */
export type TrainingState = StateOf<LossRecord>

export interface TrainedModel<N> {
  /** They belong to the caller. */
  readonly parameters: Parameters<N>
  readonly history: readonly LossRecord[]
}
