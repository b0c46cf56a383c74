import { type Backend, type Kernels, makeBackend, type Primitives, requireCount, requireShape, tweedieError } from '@tweedie/core'
import type { Build } from './machine/load.js'
import { makeMachine } from './machine/machine.js'
import { type WasmMemory, wasmMemory } from './memory/memory.js'
import type { WasmTensor } from './memory/tensor.js'
import { elementwise } from './operations/elementwise.js'
import { indexing } from './operations/indexing.js'
import { linear } from './operations/linear.js'
import { posterior } from './operations/posterior.js'
import { random } from './operations/random.js'
import { reductions } from './operations/reductions.js'
import { splitOver } from './operations/split-over.js'
import { treeOperations } from './operations/tree.js'

/** Options of the wasm backend. */
export interface WasmOptions {
  /** What numbers are kept and computed in; float32 by default, which is twice as fast and half as large. */
  readonly dtype?: 'float32' | 'float64'
  /** Which of the two compiled modules; by default the best that the engine runs. */
  readonly build?: Build
  /** How many threads at most; by default one per processor, eight at most. One where threads cannot share memory. */
  readonly threads?: number
}

/** What a wasm backend is made of, and how much it holds. */
export interface WasmDescription {
  readonly dtype: 'float32' | 'float64'
  readonly build: Build
  /** Threads that work is split over. */
  readonly threads: number
  /** Bytes that tensors hold. */
  readonly memoryBytes: number
  /** Bytes that the memory has grown to: it never shrinks, and what tensors give back is used again. */
  readonly reservedBytes: number
}

export interface WasmBackend extends Backend<WasmTensor> {
  readonly describe: () => WasmDescription
  /** Ends the threads, if there are any. Work goes on, on the calling thread alone. */
  readonly dispose: () => Promise<void>
}

/**
 * The fast CPU backend: SIMD kernels in WebAssembly over one memory, on several threads where they can share it. Each call makes a backend with a
 * memory of its own, of 4 GiB at most. Throws `Unsupported` where the engine has no WebAssembly SIMD or not the build that is asked for,
 * `InvalidArgument` for a number of threads that cannot be. Its operations throw `OutOfMemory` when there is no room.
 */
export const wasm = ({ dtype = 'float32', build, threads }: WasmOptions = {}): WasmBackend => {
  if (dtype !== 'float32' && dtype !== 'float64')
    throw tweedieError('InvalidArgument', 'wasm', `dtype '${String(dtype)}'`, "Use 'float32' or 'float64'")
  const machine = makeMachine({ ...(build !== undefined && { build }), ...(threads !== undefined && { threads }) })
  const memory = wasmMemory(machine, dtype)
  const { suffix, isTensor, make, numbers, rawPointer, scope, free, liveTensors } = memory
  const { matMul, ...kernels } = leavingNothing(memory, linear(memory))

  const primitives: Primitives<WasmTensor> = {
    name: dtype === 'float32' ? 'wasm' : 'wasm(float64)',
    dtype,
    tensor: (data, shape) => {
      requireCount('tensor', data.length, shape)
      const out = make([...shape])
      numbers(out).set(data)
      return out
    },
    full: (shape, value) => {
      requireShape('full', shape)
      const out = make([...shape])
      machine.parallel(`fill_${suffix}`, [rawPointer(out), value], out.size, splitOver(1))
      return out
    },
    shape: (x) => x.shape,
    read: async (x) => new Float64Array(numbers(x)),
    cloudsInOnePass: true,
    readNow: (x) => new Float64Array(numbers(x)),
    allFinite: (x) => machine.call(`allFinite_${suffix}`, rawPointer(x), x.size) === 1,
    isTensor,
    scope,
    free,
    liveTensors,
    ...elementwise(memory),
    ...reductions(memory),
    ...indexing(memory),
    ...random(memory),
    // A tree is evaluated in float32: in float64 the cloud is visited point by point.
    ...(dtype === 'float32' && treeOperations(memory)),
    matMul,
  }
  const overrides: Partial<Kernels<WasmTensor>> = { ...kernels, ...posterior(memory) }

  return {
    ...makeBackend(primitives, overrides),
    describe: () => ({
      dtype,
      build: machine.build,
      threads: machine.threads,
      memoryBytes: memory.bytes(),
      reservedBytes: machine.memory.buffer.byteLength,
    }),
    dispose: machine.dispose,
  }
}

/** The same operations, in a scope each: one that throws half-way frees what it has made. */
const leavingNothing = <T extends object>({ scope }: WasmMemory, operations: T): T =>
  Object.fromEntries(
    Object.entries(operations as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>).map(([name, operation]) => [
      name,
      (...args: readonly unknown[]) => scope(() => operation(...args)),
    ]),
  ) as T
