import type { Backend } from '@tweedie/core'
import type { ExperimentResult, Scale } from './result.js'

/**
 * Bytes by name that outlive an interruption: a folder of files, or a map in a test. `save` replaces as a whole. What is loaded may be of other settings, so
 * it must say of itself what it is.
 */
export interface Store {
  readonly load: (name: string) => Promise<Uint8Array | undefined>
  readonly save: (name: string, bytes: Uint8Array) => Promise<void>
}

/** How far an experiment is: a named stage, such as the training of one model. */
export interface StageProgress {
  readonly stage: string
  readonly done: number
  readonly total: number
}

/** A file that the user gives to an experiment. */
export interface DataFile {
  readonly path: string
  /** What tells it from another file of the same name. */
  readonly fingerprint: string
}

export interface ExperimentContext {
  /** One run per seed; figures are those of the first. */
  readonly seeds: readonly number[]
  /** Trained models and checkpoints; what is found there is not computed again. */
  readonly store: Store
  /** For an experiment that `needs` one. */
  readonly data?: DataFile
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: StageProgress) => void
}

/** An experiment of the paper. `run` is pure but for the store: the same settings and seeds give the same result, whatever was interrupted. */
export interface Experiment<S extends object> {
  readonly name: string
  readonly title: string
  readonly source: string
  /** The file that it cannot do without, and where that comes from: a sentence. */
  readonly needs?: string
  readonly settings: Readonly<Record<Scale, S>>
  readonly run: <N>(B: Backend<N>, settings: S, scale: string, context: ExperimentContext) => Promise<ExperimentResult>
}
