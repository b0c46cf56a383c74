import { type ScopeTracker, type Shape, sizeOf, tweedieError } from '@tweedie/core'
import type { Machine } from '../machine/machine.js'
import { type Mutable, type Storage, tensorOver, type WasmTensor } from './tensor.js'
import { collectingTracker, type MakeRegistry } from './tracker.js'

/** The largest block that TLSF has a list for: 1 GiB less its header. */
const LARGEST_BLOCK = 2 ** 30 - 16

/** How a wasm backend makes tensors: blocks of the machine's memory, tracked so that scopes can free them. */
export interface WasmMemory extends ScopeTracker<WasmTensor> {
  readonly machine: Machine
  readonly dtype: 'float32' | 'float64'
  /** How a kernel's name ends that computes in this type. */
  readonly suffix: 'f32' | 'f64'
  /** Bytes of a number: 4 or 8. */
  readonly width: 4 | 8
  readonly isTensor: (value: unknown) => value is WasmTensor
  /** A tensor whose numbers are whatever lies there: to be filled at once. Throws `OutOfMemory`. */
  readonly make: (shape: Shape) => WasmTensor
  /** A tensor over part of another's storage, which lives as long as either. `offset` counts numbers. */
  readonly view: (x: WasmTensor, shape: Shape, offset?: number) => WasmTensor
  /** The transpose of a matrix, without a copy. */
  readonly transposedView: (x: WasmTensor) => WasmTensor
  /** The numbers from `from` to `to` along the axis in which the memory runs last: rows, or columns of a transposed view. */
  readonly part: (x: WasmTensor, from: number, to: number) => WasmTensor
  /**
   * Where the numbers lie, row-major. A transposed view is put in order first, once: it then has a storage of its own, so nothing has to be
   * freed afterwards. Throws `InvalidArgument` for a tensor that is freed or foreign.
   */
  readonly pointer: (x: WasmTensor) => number
  /** Where the numbers lie, in the order that `transposed` tells. */
  readonly rawPointer: (x: WasmTensor) => number
  /** The numbers in wasm memory, row-major, as a view that the next allocation may detach. */
  readonly numbers: (x: WasmTensor) => Float32Array | Float64Array
  /** Runs the body with a block of so many bytes that is given back afterwards. */
  readonly withBlock: <T>(bytes: number, body: (pointer: number) => T) => T
  /** Bytes that tensors hold. */
  readonly bytes: () => number
}

export const wasmMemory = (machine: Machine, dtype: 'float32' | 'float64', makeRegistry?: MakeRegistry): WasmMemory => {
  const width = dtype === 'float32' ? 4 : 8
  const suffix = dtype === 'float32' ? 'f32' : 'f64'
  const owner = {}
  const isTensor = (value: unknown): value is WasmTensor =>
    typeof value === 'object' && value !== null && 'owner' in value && value.owner === owner
  let held = 0

  const drop = (storage: Storage): void => {
    storage.references--
    if (storage.references > 0) return
    held -= storage.bytes
    machine.release(storage.pointer)
  }
  const { moved, ...tracker } = collectingTracker(isTensor, drop, makeRegistry)

  const allocate = (bytes: number): number => {
    if (bytes > LARGEST_BLOCK)
      throw tweedieError(
        'OutOfMemory',
        'wasm',
        `a tensor of ${bytes} bytes`,
        'One tensor holds less than 1 GiB: take fewer rows at a time, or float32',
      )
    return machine.allocate(bytes)
  }
  const storageOf = (size: number): Storage => {
    const bytes = Math.max(16, size * width)
    const storage = { pointer: allocate(bytes), bytes, references: 1 }
    held += bytes
    return storage
  }

  const rawPointer = (x: WasmTensor): number => {
    if (x.owner !== owner)
      throw tweedieError(
        'InvalidArgument',
        'wasm',
        'a tensor of another backend',
        'Make it with this backend: B.tensor(await other.read(x), shape)',
      )
    if (x.freed)
      throw tweedieError(
        'InvalidArgument',
        'wasm',
        'a tensor that has been freed',
        'Return it from the scope that made it, or free it later',
      )
    return x.storage.pointer + x.offset
  }
  const share = (x: WasmTensor, shape: Shape, offset: number, transposed: boolean): WasmTensor => {
    rawPointer(x)
    x.storage.references++
    return tracker.track(tensorOver(owner, x.storage, shape, offset, transposed))
  }
  /** Gives a transposed view numbers of its own, in order. */
  const putInOrder = (x: Mutable<WasmTensor>): void => {
    const from = rawPointer(x)
    const [rows, columns] = x.shape as [number, number]
    const before = x.storage
    const storage = storageOf(x.size)
    machine.call(`transpose_${suffix}`, from, storage.pointer, columns, rows)
    x.storage = storage
    x.offset = 0
    x.transposed = false
    moved(x)
    drop(before)
  }
  const pointer = (x: WasmTensor): number => {
    if (x.transposed) putInOrder(x)
    return rawPointer(x)
  }

  return {
    ...tracker,
    machine,
    dtype,
    suffix,
    width,
    isTensor,
    make: (shape) => tracker.track(tensorOver(owner, storageOf(sizeOf(shape)), shape)),
    view: (x, shape, offset = 0) => {
      pointer(x)
      return share(x, shape, x.offset + offset * width, false)
    },
    transposedView: (x) => {
      const [rows, columns] = x.shape as [number, number]
      // A row is a column: both orders are the same.
      return share(x, [columns, rows], x.offset, rows > 1 && columns > 1 && !x.transposed)
    },
    part: (x, from, to) => {
      const shape = x.transposed ? [x.shape[0] as number, to - from] : [to - from, ...x.shape.slice(1)]
      const each = x.transposed ? (x.shape[0] as number) : sizeOf(x.shape.slice(1))
      return share(x, shape, x.offset + from * each * width, x.transposed)
    },
    pointer,
    rawPointer,
    numbers: (x) => {
      const at = pointer(x) / width
      return (dtype === 'float32' ? machine.f32() : machine.f64()).subarray(at, at + x.size)
    },
    withBlock: (bytes, body) => {
      const block = allocate(Math.max(16, bytes))
      try {
        return body(block)
      } finally {
        machine.release(block)
      }
    },
    bytes: () => held,
  }
}
