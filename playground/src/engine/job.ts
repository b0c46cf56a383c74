import type { Backend } from '@tweedie/core'
import type { Answer, Request } from '../protocol.js'
import type { Setup } from '../setup.js'

/** Takes an answer to the page. */
export type Post = (answer: Answer) => void

/** A request of one kind. */
export type RequestOf<K extends Request['kind']> = Extract<Request, { readonly kind: K }>

/** What a job is given besides its request. */
export interface JobContext {
  readonly post: Post
  readonly signal: AbortSignal
}

/**
 * A job on any backend: posts what it finds and resolves with a sentence for its `done`. It frees what it makes however it ends, and rejects with
 * a `TweedieError`, `Aborted` when its signal fires.
 */
export type Job<R extends { readonly id: number; readonly setup: Setup }> = <N>(
  B: Backend<N>,
  request: R,
  context: JobContext,
) => Promise<string>
