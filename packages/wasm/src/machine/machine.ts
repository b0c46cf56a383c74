import { tweedieError } from '@tweedie/core'
import { threadsFor } from '../threads/available.js'
import { type Kernel, kernelNames, MOST_ARGUMENTS } from '../threads/control.js'
import { makeCrew } from '../threads/crew.js'
import { type Build, bestBuild, moduleBytes, requireBuild } from './load.js'
import { reserveMemory, viewsOf } from './memory.js'
import { type Split, splitter } from './split.js'

export type { Split } from './split.js'

/**
 * The module with its memory. A pointer is a byte offset from 0 to 2³². Views are made anew when the memory has grown: ask for
 * them after the last allocation, and keep none.
 */
export interface Machine {
  readonly build: Build
  /** How many threads work is split over: fewer than were asked for when workers have failed. It may change. */
  readonly threads: number
  /** Shared exactly when the machine was made for more than one thread. */
  readonly memory: WebAssembly.Memory
  readonly f32: () => Float32Array
  readonly f64: () => Float64Array
  readonly u8: () => Uint8Array
  /** Calls a kernel by name on this thread. */
  readonly call: (kernel: string, ...args: readonly number[]) => number
  /**
   * Calls kernel(...args, from, to, scratch) for ranges that cover 0 … count, on as many threads as there are. A range may be run again, by
   * another thread, while a worker that is late still runs it: so a kernel neither reads its output nor keeps unfinished sums there. Throws
   * `WorkerFailure` when the kernel fails, on whatever thread.
   */
  readonly parallel: (kernel: string, args: readonly number[], count: number, split: Split) => void
  /** A block of at least so many bytes, 16-aligned, whatever is in it. Throws `OutOfMemory`. */
  readonly allocate: (bytes: number) => number
  readonly release: (pointer: number) => void
  /** Ends the workers. Work goes on, on the calling thread alone. */
  readonly dispose: () => Promise<void>
}

export interface MachineOptions {
  readonly build?: Build
  /** How many threads at most; by default one per processor, eight at most. One where threads cannot share memory. */
  readonly threads?: number
  /** For tests: JavaScript that each worker runs first, and how long the caller waits for one. */
  readonly testing?: { readonly prelude?: string; readonly patience?: number }
}

/** Workers of a machine that nobody holds any more are ended. */
const forgotten = new FinalizationRegistry<() => Promise<void>>((dispose) => void dispose())

/** Throws `Unsupported` where the engine does not run the build, `InvalidArgument` for a number of threads that cannot be. */
export const makeMachine = ({ build = bestBuild(), threads: wish, testing = {} }: MachineOptions = {}): Machine => {
  requireBuild(build)
  const threads = threadsFor(wish)
  const memory = reserveMemory(threads > 1)
  const module = new WebAssembly.Module(moduleBytes(build, threads > 1))
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Readonly<Record<string, Kernel>>
  const crew = threads > 1 ? makeCrew({ module, memory, threads, ...testing }) : undefined
  const views = viewsOf(memory)

  const kernelOf = (name: string): Kernel => {
    const kernel = kernels[name]
    if (kernel === undefined) throw tweedieError('Unsupported', 'wasm', `no kernel '${name}'`, 'Build @tweedie/wasm again')
    return kernel
  }
  const call = (name: string, ...args: readonly number[]): number => kernelOf(name)(...args)

  // Blocks that were given back while an overdue worker may still write to them.
  let held: number[] = []
  const giveBackHeld = (): void => {
    if (held.length === 0 || crew?.settled() === false) return
    for (const pointer of held) call('release', pointer)
    held = []
  }
  const release = (pointer: number): void => {
    giveBackHeld()
    if (crew?.settled() === false) held.push(pointer)
    else call('release', pointer)
  }
  const allocate = (bytes: number): number => {
    giveBackHeld()
    try {
      return call('allocate', bytes) >>> 0
    } catch (cause) {
      throw tweedieError(
        'OutOfMemory',
        'wasm',
        `no room for ${bytes} more bytes; ${memory.buffer.byteLength} are in use or reserved`,
        'Free tensors, wrap the work in scope(), or take fewer rows at a time. One tensor holds at most 1 GiB, all of them 4 GiB',
        cause,
      )
    }
  }

  let [scratch, scratchBytes] = [0, 0]
  const scratchOf = (bytes: number): number => {
    if (bytes > scratchBytes) {
      if (scratch !== 0) release(scratch)
      ;[scratch, scratchBytes] = [0, 0]
      scratch = allocate(bytes)
      scratchBytes = bytes
    }
    return scratch
  }

  const places = new Map(kernelNames(module).map((name, place) => [name, place]))
  const split = splitter({ crew, threads, scratchOf })
  const parallel: Machine['parallel'] = (name, args, count, how) => {
    const kernel = kernelOf(name)
    if (args.length > MOST_ARGUMENTS)
      throw tweedieError('Unsupported', 'wasm', `${args.length} arguments`, `A kernel has ${MOST_ARGUMENTS} at most`)
    if (count > 0) split(name, kernel, places.get(name)!, args, count, how)
  }

  const machine: Machine = {
    build,
    get threads() {
      return crew?.threads() ?? 1
    },
    memory,
    ...views,
    call,
    parallel,
    allocate,
    release,
    dispose: async () => crew?.dispose(),
  }
  if (crew !== undefined) forgotten.register(machine, crew.dispose)
  return machine
}
