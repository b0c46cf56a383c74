import { pool as makePool, platform } from 'workerpool'
import { script } from '../generated/worker.js'
import type { Post } from './serve.js'

/** Workers of workerpool, each with one task, `serve`, which lasts as long as the worker. */
export interface WorkerPool {
  /** Whether a worker's task has ended: it crashed, was ended, or could not be started. */
  readonly ended: (worker: number) => boolean
  readonly dispose: () => Promise<void>
}

export interface PoolOptions {
  readonly workers: number
  readonly post: (worker: number) => Post
  /** JavaScript that each worker runs first. Tests put faults there. */
  readonly prelude?: string
}

/** Address of a script in a browser: made once, since it lives as long as the page. */
const addresses = new Map<string, string>()
const addressOf = (text: string): string => {
  const address = addresses.get(text) ?? URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
  addresses.set(text, address)
  return address
}

/**
 * Starts the workers. Their script is text that travels with the package, so no file has to be found: Node runs it as it is, a browser
 * from a blob. In Node a worker is given its post when it is made and serves at once; in a browser it comes with the task's message, after
 * the calling thread has gone back to its event loop.
 */
export const startPool = ({ workers, post, prelude = '' }: PoolOptions): WorkerPool => {
  const ended = Array.from({ length: workers }, () => false)
  const inNode = platform === 'node'
  const text = `${prelude};\n${script}`
  let made = 0
  let ending = false
  const pool = makePool(inNode ? text : addressOf(text), {
    maxWorkers: workers,
    workerType: inNode ? 'thread' : 'web',
    onCreateWorker: () => ({ workerThreadOpts: { eval: true, execArgv: [], env: {}, workerData: inNode ? post(made++) : undefined } }),
  })
  for (let worker = 0; worker < workers; worker++) {
    // Tasks are told to be over as soon as the pool is to end; the workers themselves end a little later.
    const gone = (): void => {
      if (!ending) ended[worker] = true
    }
    try {
      pool.exec('serve', inNode ? [] : [post(worker)]).then(gone, gone)
    } catch {
      // No worker may be made here, so no further one either.
      ended.fill(true, worker)
      break
    }
  }
  // workerpool has no word for this: its workers keep a Node program from ending.
  for (const { worker } of (pool as unknown as { workers: readonly { worker: { unref?: () => void } }[] }).workers) worker.unref?.()

  return {
    ended: (worker) => ended[worker]!,
    // A worker that is stuck in a kernel is stopped after a second. One that cannot be ended because it has ended is no failure.
    dispose: () =>
      new Promise((done) => {
        ending = true
        const over = (): void => {
          ended.fill(true)
          done()
        }
        pool.terminate(true).then(over, over)
      }),
  }
}
