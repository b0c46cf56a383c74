import type { Request } from '../protocol.js'
import { type Backends, makeBackends } from './backends.js'
import type { Post } from './job.js'
import { runJob } from './run-job.js'

/** A job that has not had its last answer. */
interface Open {
  readonly controller: AbortController
  running: boolean
}

/**
 * Takes requests: jobs run one after the other, and `cancel` ends the one that it names, running or waiting. Each job has a number of its own; a cancel
 * for one that is over does nothing.
 */
export const jobQueue = (post: Post, backends: Backends = makeBackends()): ((request: Request) => void) => {
  const jobs = new Map<number, Open>()
  let last: Promise<void> = Promise.resolve()
  return (request) => {
    const { id } = request
    if (request.kind === 'cancel') {
      const named = jobs.get(id)
      if (named === undefined) return
      named.controller.abort()
      if (named.running) return
      jobs.delete(id)
      post({ kind: 'cancelled', id })
      return
    }
    const job: Open = { controller: new AbortController(), running: false }
    jobs.set(id, job)
    last = last.then(async () => {
      if (job.controller.signal.aborted) return
      job.running = true
      await runJob(request, post, { signal: job.controller.signal, backends })
      jobs.delete(id)
    })
  }
}
