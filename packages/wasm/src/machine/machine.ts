import { tweedieError } from '@tweedie/core'
import { type Build, bestBuild, moduleBytes, requireBuild } from './load.js'

/** How a kernel's rows are split: chunks of whole multiples of `grain` rows, each thread with `scratch` bytes of its own. */
export interface Split {
  readonly grain: number
  readonly scratch?: number
}

/**
 * The module with its memory. A pointer is a byte offset from 0 to 2³². Views are made anew when the memory has grown: ask for
 * them after the last allocation, and keep none.
 */
export interface Machine {
  readonly build: Build
  readonly threads: number
  readonly memory: WebAssembly.Memory
  readonly f32: () => Float32Array
  readonly f64: () => Float64Array
  readonly u8: () => Uint8Array
  /** Calls a kernel by name on this thread. */
  readonly call: (kernel: string, ...args: readonly number[]) => number
  /** Calls kernel(...args, from, to, scratch) for ranges that cover 0 … count, on as many threads as there are. */
  readonly parallel: (kernel: string, args: readonly number[], count: number, split: Split) => void
  /** A block of at least so many bytes, 16-aligned, whatever is in it. Throws `OutOfMemory`. */
  readonly allocate: (bytes: number) => number
  readonly release: (pointer: number) => void
}

export interface MachineOptions {
  readonly build?: Build
}

type Kernel = (...args: readonly number[]) => number

/** A machine of one thread. Throws `Unsupported` where the engine does not run the build. */
export const makeMachine = ({ build = bestBuild() }: MachineOptions = {}): Machine => {
  requireBuild(build)
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(build, false)), { env: { memory } })
  const kernels = instance.exports as Readonly<Record<string, Kernel>>

  const call = (name: string, ...args: readonly number[]): number => {
    const kernel = kernels[name]
    if (kernel === undefined) throw tweedieError('Unsupported', 'wasm', `no kernel '${name}'`, 'Build @tweedie/wasm again')
    return kernel(...args)
  }

  let buffer: ArrayBufferLike = memory.buffer
  let [f32, f64, u8] = [new Float32Array(buffer), new Float64Array(buffer), new Uint8Array(buffer)]
  const refresh = (): void => {
    if (buffer === memory.buffer) return
    buffer = memory.buffer
    ;[f32, f64, u8] = [new Float32Array(buffer), new Float64Array(buffer), new Uint8Array(buffer)]
  }

  const allocate = (bytes: number): number => {
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
      if (scratch !== 0) call('release', scratch)
      scratch = 0
      scratch = allocate(bytes)
      scratchBytes = bytes
    }
    return scratch
  }

  return {
    build,
    threads: 1,
    memory,
    f32: () => {
      refresh()
      return f32
    },
    f64: () => {
      refresh()
      return f64
    },
    u8: () => {
      refresh()
      return u8
    },
    call,
    parallel: (name, args, count, { scratch: bytes = 0 }) => {
      if (count > 0) call(name, ...args, 0, count, bytes > 0 ? scratchOf(bytes) : 0)
    },
    allocate,
    release: (pointer) => void call('release', pointer),
  }
}
