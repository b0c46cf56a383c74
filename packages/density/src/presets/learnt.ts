import type { HostMatrix } from '@tweedie/core'
import type { FittedGenerator } from '../fit.js'

/** A generator as a preset leaves it: trained, with what its density, its file and its report need besides. */
export interface Learnt<N> extends FittedGenerator<N> {
  /** The training rows in scores [rows, d]: the point cloud of the flow. */
  readonly cloud: HostMatrix
  /** Noise variance left in the labels, in scores. */
  readonly floor: number
  /** Wall-clock time of making the labels; that of the training is in `training.seconds`. */
  readonly labelSeconds: number
}

/** How far a preset is. */
export interface LearnProgress {
  readonly stage: 'choice' | 'labels' | 'training'
  /** Settings tried, labels made, or steps of the training. */
  readonly done: number
  readonly total: number
}
