import { tweedieError } from '@tweedie/core'

/**
 * Pages of 64 KiB at most: 4 GiB, or less where the system does not reserve as much for memory that threads share. The last page is left
 * out, so that a kernel may look past the end of a block and still count in 32 bits.
 */
const MOST_PAGES = [65535, 32768, 16384]

/** The memory of a machine. Throws `OutOfMemory` where the system gives none. */
export const reserveMemory = (shared: boolean): WebAssembly.Memory => {
  let cause: unknown
  for (const maximum of MOST_PAGES)
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared })
    } catch (error) {
      cause = error
    }
  throw tweedieError(
    'OutOfMemory',
    'wasm',
    'the system has no room for the memory of another backend',
    'Make one backend and use it throughout, or end those that are done with: await B.dispose()',
    cause,
  )
}

/** Views of all of a memory. They are made anew when it has grown: its buffer is then another object. */
export interface Views {
  readonly f32: () => Float32Array
  readonly f64: () => Float64Array
  readonly u8: () => Uint8Array
}

export const viewsOf = (memory: WebAssembly.Memory): Views => {
  const make = (buffer: ArrayBufferLike) => ({
    buffer,
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    u8: new Uint8Array(buffer),
  })
  let views = make(memory.buffer)
  const fresh = () => {
    if (views.buffer !== memory.buffer) views = make(memory.buffer)
    return views
  }
  return { f32: () => fresh().f32, f64: () => fresh().f64, u8: () => fresh().u8 }
}
