import type { HostMatrix, Key } from '@tweedie/core'
import type { FineSolve } from './label-maker.js'

/** A distance between samples, both in scores; a random one draws from the key. */
export type SampleDistance = (samples: HostMatrix, heldOut: HostMatrix, key: Key) => number | Promise<number>

export interface ExplainOptions {
  readonly key: Key
  /** Samples, and labels, that are compared with the held-out rows. */
  readonly count: number
  /** The energy distance (squared) of at most 2,000 rows each when left out. */
  readonly distance?: SampleDistance
  /** Independent repetitions with other noise, mini-batches and trainings, which the standard errors are of; at least 2, 4 when left out. */
  readonly replicates?: number
  /** What stands for exact steps; steps of third order, equal and at most 0.06 in log-SNR, when left out. */
  readonly fine?: FineSolve
  /** What is left of the noise ratio σ/α where there is to be no stopping noise; 0.1 when left out. */
  readonly shrink?: number
  /** States solved at a time, 1,000 when left out; it decides memory, never the result. */
  readonly chunk?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}
