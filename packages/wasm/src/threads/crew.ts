import {
  ABSENT,
  ASLEEP,
  type Control,
  chunksOf,
  claim,
  close,
  DONE,
  FAILED,
  FINE,
  JOB,
  type Job,
  type Kernel,
  LEASE,
  LEFT,
  lineOf,
  makeControl,
  nextTag,
  PENDING,
  packed,
  runChunk,
  STOP,
  standing,
  writeJob,
} from './control.js'
import { startPool, type WorkerPool } from './pool.js'
import { mayBlock, waitFor } from './wait.js'

/** The threads of one machine: the caller and its workers. */
export interface Crew {
  /** How many work: the caller, and the workers that have not ended and are not overdue. */
  readonly threads: () => number
  /** How many of them have started. */
  readonly up: () => number
  /** Starts the workers; they are up some tens of milliseconds later. */
  readonly start: () => void
  /** Runs a job on all threads, and returns when all of it is done. Throws what a kernel throws. */
  readonly run: (run: Kernel, job: Job) => void
  /**
   * False while a worker is overdue whose chunk the caller has run again: it may yet write the same numbers to the same places, so nothing
   * else may be put there.
   */
  readonly settled: () => boolean
  readonly dispose: () => Promise<void>
}

export interface CrewOptions {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly threads: number
  /** Milliseconds that a worker's chunk may take beyond twenty times what one takes the caller. */
  readonly patience?: number
  readonly prelude?: string
}

export const makeCrew = ({ module, memory, threads, patience = 1000, prelude = '' }: CrewOptions): Crew => {
  const control = makeControl()
  const { words } = control
  const blocks = mayBlock(words)
  const workers = Array.from({ length: threads - 1 }, (_, worker) => worker)
  /** The job of which a worker's chunk was given up; 0: none. */
  const overdue = workers.map(() => 0)
  let pool: WorkerPool | undefined
  let disposed: Promise<void> | undefined
  let tag = 0

  const isOverdue = (worker: number): boolean => {
    if (overdue[worker] !== 0 && (pool!.ended(worker) || Atomics.load(words, lineOf(worker) + LEASE) !== overdue[worker]))
      overdue[worker] = 0
    return overdue[worker] !== 0
  }
  /** Of all threads, or of those that are up, how many are at work. */
  const count = (upOnly: boolean): number => {
    let sum = 1
    for (const worker of workers)
      if (
        disposed === undefined &&
        !(pool?.ended(worker) ?? false) &&
        !isOverdue(worker) &&
        !(upOnly && Atomics.load(words, lineOf(worker)) === ABSENT)
      )
        sum++
    return sum
  }

  const run = (kernel: Kernel, job: Job): void => {
    tag = nextTag(tag)
    const chunks = chunksOf(job)
    post(control, workers.length, tag, chunks, job)
    const began = performance.now()
    const errors: unknown[] = []
    let left = 0
    const runHere = (chunk: number): void => {
      try {
        if (errors.length === 0) runChunk(kernel, job, chunk, 0)
      } catch (error) {
        errors.push(error)
        left = close(words, tag)
      }
      Atomics.store(words, DONE + chunk, standing(tag, FINE))
    }
    let mine = 0
    for (let chunk = claim(words, tag); chunk >= 0; chunk = claim(words, tag)) {
      runHere(chunk)
      mine++
    }

    const clock = { left: patience + (20 * (performance.now() - began)) / Math.max(1, mine) }
    for (let chunk = left; chunk < chunks; chunk++) {
      const stands = waitFor(words, DONE + chunk, standing(tag, PENDING), clock, blocks)
      if (stands === standing(tag, PENDING))
        for (const worker of workers) if (Atomics.load(words, lineOf(worker) + LEASE) === tag) overdue[worker] = tag
      if (stands === standing(tag, PENDING) || stands === standing(tag, FAILED)) runHere(chunk)
    }
    if (errors.length > 0) throw errors[0]
  }

  return {
    threads: () => count(false),
    up: () => count(true),
    start: () => {
      if (pool === undefined && disposed === undefined)
        pool = startPool({ workers: workers.length, post: (worker) => ({ module, memory, control: control.buffer, worker }), prelude })
    },
    run,
    settled: () => !workers.some(isOverdue),
    dispose: () => {
      Atomics.store(words, STOP, 1)
      Atomics.store(words, JOB, -1)
      Atomics.notify(words, JOB)
      disposed ??= pool?.dispose() ?? Promise.resolve()
      return disposed
    },
  }
}

/** Shows a job to the workers, and wakes as many as it has chunks for. */
const post = ({ words, numbers }: Control, workers: number, tag: number, chunks: number, job: Job): void => {
  writeJob(numbers, job)
  words.fill(standing(tag, PENDING), DONE, DONE + chunks)
  Atomics.store(words, LEFT, packed(tag, chunks))
  Atomics.store(words, JOB, tag)
  for (let worker = 0; worker < workers; worker++)
    if (Atomics.load(words, lineOf(worker)) === ASLEEP) {
      Atomics.notify(words, JOB, chunks - 1)
      break
    }
}
