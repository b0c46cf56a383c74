import { isTweedieError, tweedieError } from '@tweedie/core'
import type { Answer, Request } from '../protocol.js'
import { checkSetup } from '../setup.js'
import { type Backends, makeBackends } from './backends.js'
import type { Job, Post } from './job.js'
import { capabilities } from './jobs/capabilities.js'
import { field } from './jobs/field.js'
import { flow } from './jobs/flow.js'
import { generator } from './jobs/generator.js'
import { network } from './jobs/network.js'
import { paced } from './paced.js'

/** What is asked for but the cancelling of another. */
export type JobRequest = Exclude<Request, { readonly kind: 'cancel' }>

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Where the job gets its backend; backends of its own when left out. */
  readonly backends?: Backends
}

/**
 * Runs one job from its request to its last answer, which is exactly one of `done`, `cancelled` and `failed`. Never rejects. Jobs with the same backends
 * are to run one after the other.
 */
export const runJob = async (request: JobRequest, post: Post, options: RunOptions = {}): Promise<void> => {
  const { signal = new AbortController().signal, backends = makeBackends() } = options
  const { id } = request
  const began = performance.now()
  try {
    const { message, liveTensors } = await start(request, paced(post), signal, backends)
    post({ kind: 'done', id, seconds: (performance.now() - began) / 1000, liveTensors, message })
  } catch (thrown) {
    if (isTweedieError(thrown) && thrown._tag === 'DeviceLost' && 'setup' in request)
      await backends.forget(request.setup.backend).catch(() => {})
    post(refusalOf(id, thrown))
  }
}

interface Outcome {
  readonly message: string
  readonly liveTensors: number
}

const start = async (request: JobRequest, post: Post, signal: AbortSignal, backends: Backends): Promise<Outcome> => {
  if (request.kind === 'capabilities')
    return { message: await capabilities(backends, request, { post, signal }), liveTensors: backends.liveTensors() }
  const checked = checkSetup(request.setup)
  if (checked._tag === 'Left') throw checked.left
  if (request.setup.points.length === 0)
    throw tweedieError('InvalidArgument', 'setup, points', 'there are no points', 'Draw some, or take a preset')
  const backend = await backends.of(request.setup.backend)
  const on = <R extends typeof request>(job: Job<R>, of: R): Promise<string> => backend.run((B) => job(B, of, { post, signal }))
  const message = await (() => {
    switch (request.kind) {
      case 'flow':
        return on(flow, request)
      case 'field':
        return on(field, request)
      case 'generator':
        return on(generator, request)
      case 'network':
        return on(network, request)
    }
  })()
  return { message, liveTensors: backend.liveTensors() }
}

/** The last answer of a job that did not come to its end. */
export const refusalOf = (id: number, thrown: unknown): Answer => {
  if (!isTweedieError(thrown)) {
    const what = thrown instanceof Error ? thrown.message : String(thrown)
    return { kind: 'failed', id, tag: 'Unknown', where: 'playground', what, mend: 'Try again, or choose another backend' }
  }
  const { _tag: tag, where, what, mend } = thrown
  return tag === 'Aborted' ? { kind: 'cancelled', id } : { kind: 'failed', id, tag, where, what, mend }
}
