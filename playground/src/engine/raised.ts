import { type Backend, tweedieError } from '@tweedie/core'
import type { BackendName } from '../setup.js'

/** A backend that is up: its operations on whatever tensors it has, and what there is to say of it. */
export interface Raised {
  readonly run: <R>(body: <N>(B: Backend<N>) => R) => R
  /** Sentences for a person. */
  readonly notes: () => readonly string[]
  readonly liveTensors: () => number
  /** Makes it the one that is set, where several share one library. */
  readonly select: () => Promise<void>
  /** Settles once its device is gone. */
  readonly lost?: Promise<unknown>
  readonly dispose: () => Promise<void>
}

/** Why a backend cannot be had here. */
export const unsupported = (name: BackendName, what: string, mend: string, cause?: unknown) =>
  tweedieError('Unsupported', `backend ${name}`, what, mend, cause)
