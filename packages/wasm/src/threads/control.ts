/**
 * The control block: a few thousand bytes that the calling thread and its workers share, beside the wasm memory.
 *
 * A job is one kernel over a range of rows, cut into chunks. LEFT holds the job's tag and how many chunks are left in one word, so a chunk is taken by
 * one compare-and-exchange, which fails once the job is over: a thread that was late never runs a chunk with another job's arguments, although it
 * may have read them half written. DONE has a word per chunk, again with the tag. The caller waits for chunks, not for threads: one that wakes up
 * late holds nobody up.
 */

/** Words of 32 bits. What different threads write lies in different lines of 64 bytes. */
export const LEFT = 0
/** Tag of the newest job; idle workers sleep on it. */
export const JOB = 16
/** 1: workers leave. */
export const STOP = 17
/** Counts up when a chunk is finished while the caller sleeps on it. */
export const FINISHED = 32
/** 1 while the caller sleeps. */
export const CALLER_SLEEPS = 33
/** A word per chunk: its `standing`. */
export const DONE = 64
/** How a chunk stands. */
export const PENDING = 0
export const FINE = 1
export const FAILED = 2
export const MOST_CHUNKS = 512
/** A line per worker: what it does, and the tag of the job that it holds chunks of (0: none). */
export const WORKERS = DONE + MOST_CHUNKS
export const LEASE = 1
/** What a worker does: not up yet, watches LEFT or works, sleeps on JOB. */
export const ABSENT = 0
export const AWAKE = 1
export const ASLEEP = 2
export const MOST_WORKERS = 63

/** Numbers of 64 bits, after the words: a `Job`, its arguments last. */
const ARGUMENTS = 7
export const MOST_ARGUMENTS = 57

const WORDS = WORKERS + 16 * MOST_WORKERS

export interface Control {
  readonly buffer: SharedArrayBuffer
  readonly words: Int32Array
  readonly numbers: Float64Array
}

export const controlOver = (buffer: SharedArrayBuffer): Control => ({
  buffer,
  words: new Int32Array(buffer, 0, WORDS),
  numbers: new Float64Array(buffer, 4 * WORDS, ARGUMENTS + MOST_ARGUMENTS),
})

export const makeControl = (): Control => controlOver(new SharedArrayBuffer(4 * WORDS + 8 * (ARGUMENTS + MOST_ARGUMENTS)))

/** Where the line of worker w starts. */
export const lineOf = (worker: number): number => WORKERS + 16 * worker

/** A tag has 20 bits and is never 0; a number of chunks has 12. */
export const nextTag = (tag: number): number => (tag % 0xfffff) + 1
export const packed = (tag: number, left: number): number => (tag << 12) | left
export const tagOf = (word: number): number => word >>> 12
export const standing = (tag: number, how: number): number => 4 * tag + how
const leftOf = (word: number): number => word & 0xfff

/** Takes a chunk of the job with that tag, the last one first: its number, or −1 when none is left or the job is over. */
export const claim = (words: Int32Array, tag: number): number => {
  for (;;) {
    const word = Atomics.load(words, LEFT)
    if (tagOf(word) !== tag || leftOf(word) === 0) return -1
    if (Atomics.compareExchange(words, LEFT, word, word - 1) === word) return leftOf(word) - 1
  }
}

/** Lets nobody take another chunk of the job: how many were left. */
export const close = (words: Int32Array, tag: number): number => leftOf(Atomics.exchange(words, LEFT, packed(tag, 0)))

export type Kernel = (...args: readonly number[]) => number

/** The exported functions of a module, in an order that is the same on every thread. */
export const kernelNames = (module: WebAssembly.Module): readonly string[] =>
  WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name)

/** One job: a kernel with its arguments, and rows from … to in chunks of so many. */
export interface Job {
  /** The kernel's place in `kernelNames`. */
  readonly kernel: number
  readonly args: readonly number[]
  readonly from: number
  readonly to: number
  readonly rows: number
  /** Where the threads' scratch lies, and how many bytes of it each has. */
  readonly scratch: number
  readonly stride: number
}

export const chunksOf = ({ from, to, rows }: Job): number => Math.ceil((to - from) / rows)

export const writeJob = (numbers: Float64Array, { kernel, args, from, to, rows, scratch, stride }: Job): void => {
  // One by one: a list and `set` take ten times as long.
  numbers[0] = kernel
  numbers[1] = from
  numbers[2] = to
  numbers[3] = rows
  numbers[4] = scratch
  numbers[5] = stride
  numbers[6] = args.length
  for (let k = 0; k < args.length; k++) numbers[ARGUMENTS + k] = args[k]!
}

export const readJob = (numbers: Float64Array): Job => {
  const [kernel, from, to, rows, scratch, stride, count] = numbers
  return {
    kernel: kernel!,
    args: Array.from(numbers.subarray(ARGUMENTS, ARGUMENTS + count!)),
    from: from!,
    to: to!,
    rows: rows!,
    scratch: scratch!,
    stride: stride!,
  }
}

/** Runs one chunk, as thread number `thread` (the caller is 0). */
export const runChunk = (run: Kernel, { args, from, to, rows, scratch, stride }: Job, chunk: number, thread: number): void => {
  const first = from + chunk * rows
  run(...args, first, Math.min(first + rows, to), scratch + thread * stride)
}
