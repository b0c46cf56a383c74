import {
  ASLEEP,
  AWAKE,
  CALLER_SLEEPS,
  type Control,
  claim,
  controlOver,
  DONE,
  FAILED,
  FINE,
  FINISHED,
  JOB,
  type Kernel,
  kernelNames,
  LEASE,
  LEFT,
  lineOf,
  PENDING,
  readJob,
  runChunk,
  STOP,
  standing,
  tagOf,
} from './control.js'

/** What a worker is given. */
export interface Post {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly control: SharedArrayBuffer
  /** The worker's number, from 0. */
  readonly worker: number
}

/** How long a worker watches for another job before it sleeps, in milliseconds. Waking it takes some tens of microseconds. */
const WATCH = 0.15

/**
 * What a worker does: runs chunks until it is told to stop. It never returns to its event loop before that. A kernel that fails here is
 * marked, and the caller runs its chunk again, so that the error is thrown there.
 */
export const serve = ({ module, memory, control: buffer, worker }: Post): void => {
  const control = controlOver(buffer)
  const { words } = control
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const kernels = kernelNames(module).map((name) => exports[name] as Kernel)
  const line = lineOf(worker)
  Atomics.store(words, line, AWAKE)
  for (let tag = 0; Atomics.load(words, STOP) === 0; ) {
    if (!watch(words, tag)) {
      Atomics.store(words, line, ASLEEP)
      if (Atomics.load(words, STOP) === 0) Atomics.wait(words, JOB, tag)
      Atomics.store(words, line, AWAKE)
    }
    const newest = tagOf(Atomics.load(words, LEFT))
    if (newest !== tag) {
      tag = newest
      Atomics.store(words, line + LEASE, tag)
      work(control, kernels, tag, worker)
      Atomics.store(words, line + LEASE, 0)
    }
  }
}

/** Watches for a job with another tag for a while: whether one came. */
const watch = (words: Int32Array, tag: number): boolean => {
  // The count is for clocks that stand still for milliseconds.
  const until = performance.now() + WATCH
  for (let round = 0; round < 1000; round++) {
    for (let k = 0; k < 32; k++) if (tagOf(Atomics.load(words, LEFT)) !== tag) return true
    if (performance.now() > until) return false
  }
  return false
}

/** Runs chunks of one job until none is left. */
const work = ({ words, numbers }: Control, kernels: readonly Kernel[], tag: number, worker: number): void => {
  // All of the job is read before the first chunk is taken. It may be a later job, half written; then no chunk can be taken with this tag.
  const job = readJob(numbers)
  for (let chunk = claim(words, tag); chunk >= 0; chunk = claim(words, tag)) {
    let outcome = FINE
    try {
      runChunk(kernels[job.kernel]!, job, chunk, worker + 1)
    } catch {
      outcome = FAILED
    }
    // Left alone where the caller has given this chunk up and gone on.
    Atomics.compareExchange(words, DONE + chunk, standing(tag, PENDING), standing(tag, outcome))
    if (Atomics.load(words, CALLER_SLEEPS) === 1) {
      Atomics.add(words, FINISHED, 1)
      Atomics.notify(words, FINISHED)
    }
  }
}
