import { type Backend, type TweedieError, type TweedieErrorTag, tweedieError } from '@tweedie/core'
import type { TrainingState } from '../training/training-state.js'
import { attempt, type Made } from './attempt.js'

/** Where a job keeps how far it is, as numbers on the host: the state of a training, labels, or both. */
export interface Checkpoint<C = TrainingState> {
  /** What was kept last, by this call of the job or one before it; undefined at the first. */
  readonly last: C | undefined
  /** Keeps a state: what `onCheckpoint` takes. A call of a job that has ended keeps nothing. */
  readonly keep: (state: C) => Promise<void>
}

/** One backend that was given up. */
export interface Fallback<C = TrainingState> {
  /** Its place in the list, from 0; the next one is made after this. */
  readonly place: number
  /** Its name; undefined where it could not be made. */
  readonly backend: string | undefined
  /** Why it was given up. */
  readonly error: TweedieError
  /** What the job goes on from; undefined where it begins anew. */
  readonly checkpoint: C | undefined
}

export interface FallbackOptions<C = TrainingState> {
  /**
   * The tags of the errors upon which the next backend is tried: `['DeviceLost']` when left out. `OutOfMemory` goes on where there is more
   * memory, `Unsupported` where a backend cannot be made on this machine.
   */
  readonly on?: readonly TweedieErrorTag[] | undefined
  /** A checkpoint to begin with, such as one that an earlier process has stored. */
  readonly resume?: C | undefined
  /** Called with every state that is kept, before the job goes on: the place to store it. */
  readonly onCheckpoint?: ((state: C) => void | Promise<void>) | undefined
  /** Called when a backend is given up and there is another, before that one is made. */
  readonly onFallback?: ((fallback: Fallback<C>) => void) | undefined
}

/** Makers of backends, each of its own native tensor. */
export type BackendMakers<Natives extends readonly unknown[]> = {
  readonly [K in keyof Natives]: () => Backend<Natives[K]> | Promise<Backend<Natives[K]>>
}

/**
 * Runs a job on the first backend of a list; when its device is lost, makes the next one and calls the job again, with what it kept last.
 *
 * The job is written for any backend, and what it resolves with holds no tensors: it reads, encodes or generates before it ends. Once a device
 * is lost, freeing on it is silent and every operation throws the same error, so whatever the job does on the way out, the loss is what counts.
 * A backend with a `dispose`, as that of `wasm()`, is disposed when its job has ended, however it ended; one with `lost`, as that of `tfjs(tf)`, is given
 * up whatever the job threw once that has resolved.
 *
 * Rejects with what the last backend's job throws, as it is, and at once with an error of any other kind; `InvalidArgument` for an empty list.
 *
 * @example
 * const weights = await withFallback([() => tfjs(tf), () => wasm()], async (B, checkpoint) => {
 *   const generator = await fit(B, network, pairs, { ...options, resume: checkpoint.last, onCheckpoint: checkpoint.keep })
 *   return encodeGenerator(B, generator)
 * })
 */
export const withFallback = async <const Natives extends readonly unknown[], R, C = TrainingState>(
  makers: BackendMakers<Natives>,
  job: <N>(B: Backend<N>, checkpoint: Checkpoint<C>) => Promise<R>,
  { on = ['DeviceLost'], resume, onCheckpoint, onFallback }: FallbackOptions<C> = {},
): Promise<R> => {
  const list: readonly (() => Made<Natives[number]> | Promise<Made<Natives[number]>>)[] = makers
  let last = resume
  for (const [place, make] of list.entries()) {
    let ended = false
    const checkpoint: Checkpoint<C> = {
      get last() {
        return last
      },
      keep: async (state) => {
        if (ended) return
        last = state
        await onCheckpoint?.(state)
      },
    }
    const outcome = await attempt(make, (B) => job(B, checkpoint), on)
    ended = true
    if ('result' in outcome) return outcome.result
    const { thrown, reason, backend } = outcome
    if (reason === undefined || place === list.length - 1) throw thrown
    onFallback?.({ place, backend, error: reason, checkpoint: last })
  }
  throw tweedieError('InvalidArgument', 'withFallback', 'no backend to run on', 'Give at least one: [() => cpu()]')
}
