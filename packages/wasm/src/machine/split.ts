import { isTweedieError, tweedieError } from '@tweedie/core'
import { type Kernel, MOST_CHUNKS } from '../threads/control.js'
import type { Crew } from '../threads/crew.js'

/** How a kernel's rows are split: chunks of whole multiples of `grain` rows, each thread with `scratch` bytes of its own. */
export interface Split {
  readonly grain: number
  readonly scratch?: number
  /** Roughly how many nanoseconds a row takes on one thread. Without it the first rows are timed. */
  readonly cost?: number
}

/** Less work than this, in milliseconds, is done where it is: others would be there too late to help. */
const WORTH_SHARING = 0.015
/** A chunk takes at least so long, so that taking it costs little. */
const WORTH_TAKING = 0.004
/** Workers are started once so much work could have been shared. Their start takes tens of milliseconds of processor time each. */
const WORTH_STARTING = 5
/** Chunks per thread, so that all end at about the same time. */
const CHUNKS_PER_THREAD = 8

export interface SplitterOptions {
  readonly crew: Crew | undefined
  readonly threads: number
  readonly scratchOf: (bytes: number) => number
}

export type Splitter = (name: string, kernel: Kernel, place: number, args: readonly number[], count: number, split: Split) => void

/** Decides whether rows are worth sharing, and runs them. */
export const splitter = ({ crew, threads, scratchOf }: SplitterOptions): Splitter => {
  let shareable = 0

  const alone = (kernel: Kernel, args: readonly number[], from: number, to: number, bytes: number): void =>
    void kernel(...args, from, to, bytes > 0 ? scratchOf(bytes) : 0)

  /** Runs rows from … count, which take about so many milliseconds on one thread. */
  const share = (kernel: Kernel, place: number, args: readonly number[], from: number, count: number, split: Split, time: number): void => {
    const { grain, scratch: bytes = 0 } = split
    shareable += time
    if (shareable > WORTH_STARTING) crew!.start()
    const hands = crew!.up()
    if (hands === 1) return alone(kernel, args, from, count, bytes)
    const units = Math.ceil((count - from) / grain)
    const chunks = Math.max(2, Math.min(units, MOST_CHUNKS, CHUNKS_PER_THREAD * hands, Math.floor(time / WORTH_TAKING)))
    // Whole lines of 64 bytes, so that no two threads write the same one.
    const stride = Math.ceil(bytes / 64) * 64
    const job = { kernel: place, args, from, to: count, rows: grain * Math.ceil(units / chunks), stride }
    crew!.run(kernel, { ...job, scratch: bytes > 0 ? scratchOf(stride * threads) : 0 })
  }

  const run = (kernel: Kernel, place: number, args: readonly number[], count: number, split: Split): void => {
    const { grain, scratch: bytes = 0, cost } = split
    if (crew === undefined || count <= grain) return alone(kernel, args, 0, count, bytes)
    if (cost !== undefined) {
      const time = cost * count * 1e-6
      return time > WORTH_SHARING ? share(kernel, place, args, 0, count, split, time) : alone(kernel, args, 0, count, bytes)
    }
    // A sixteenth tells; where the clock is too coarse to show it, a quarter more.
    const began = performance.now()
    for (let [from, part] = [0, 16]; from < count; part /= 4) {
      const to = Math.min(count, from + grain * Math.ceil(count / grain / Math.max(1, part)))
      alone(kernel, args, from, to, bytes)
      const time = ((performance.now() - began) * (count - to)) / to
      if (time > WORTH_SHARING && count - to > grain) return share(kernel, place, args, to, count, split, time)
      from = to
    }
  }

  return (name, kernel, place, args, count, split) => {
    try {
      run(kernel, place, args, count, split)
    } catch (cause) {
      if (isTweedieError(cause)) throw cause
      const what = `the kernel ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`
      throw tweedieError(
        'WorkerFailure',
        'wasm',
        what,
        'This is a fault of @tweedie/wasm; please report the operation and its shapes',
        cause,
      )
    }
  }
}
