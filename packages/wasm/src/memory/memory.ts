import { type ScopeTracker, type Shape, scopeTracker, sizeOf, tweedieError } from '@tweedie/core'
import type { Machine } from '../machine/machine.js'
import { tensorOver, type WasmTensor } from './tensor.js'

/** How a wasm backend makes tensors: blocks of the machine's memory, tracked so that scopes can free them. */
export interface WasmMemory extends ScopeTracker<WasmTensor> {
  readonly machine: Machine
  readonly dtype: 'float32' | 'float64'
  /** Bytes of a number: 4 or 8. */
  readonly width: 4 | 8
  readonly isTensor: (value: unknown) => value is WasmTensor
  /** A tensor whose numbers are whatever lies there: to be filled at once. */
  readonly make: (shape: Shape) => WasmTensor
  /** A tensor over part of another's storage, which lives as long as either. `offset` counts numbers. */
  readonly view: (x: WasmTensor, shape: Shape, offset?: number) => WasmTensor
  /** The transpose of a matrix, without a copy. */
  readonly transposedView: (x: WasmTensor) => WasmTensor
  /** Where the numbers lie, row-major; a transposed view is copied first (the copy belongs to the open scope). Throws `InvalidArgument` for a tensor that is freed or foreign. */
  readonly pointer: (x: WasmTensor) => number
  /** Where the numbers lie, in the order that `transposed` tells. */
  readonly rawPointer: (x: WasmTensor) => number
  /** The numbers in wasm memory, row-major, as a view that the next allocation may detach. */
  readonly numbers: (x: WasmTensor) => Float32Array | Float64Array
}

export const wasmMemory = (machine: Machine, dtype: 'float32' | 'float64'): WasmMemory => {
  const width = dtype === 'float32' ? 4 : 8
  const owner = {}
  const isTensor = (value: unknown): value is WasmTensor =>
    typeof value === 'object' && value !== null && (value as { owner?: unknown }).owner === owner

  const release = ({ storage }: WasmTensor): void => {
    storage.references--
    if (storage.references === 0) machine.release(storage.pointer)
  }
  const tracker = scopeTracker<WasmTensor>(isTensor, release)

  const make = (shape: Shape): WasmTensor => {
    const pointer = machine.allocate(Math.max(16, sizeOf(shape) * width))
    return tracker.track(tensorOver(owner, { pointer, references: 1 }, shape))
  }
  const rawPointer = (x: WasmTensor): number => {
    if (x.owner !== owner)
      throw tweedieError(
        'InvalidArgument',
        'wasm',
        'a tensor of another backend',
        'Make it with this backend: B.tensor(await other.read(x), shape)',
      )
    if (x.storage.references === 0)
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
  const inOrder = (x: WasmTensor): WasmTensor => {
    if (!x.transposed) return x
    const [rows, columns] = x.shape as [number, number]
    const out = make(x.shape)
    machine.call(`transpose_${dtype === 'float32' ? 'f32' : 'f64'}`, rawPointer(x), rawPointer(out), columns, rows)
    return out
  }
  const pointer = (x: WasmTensor): number => rawPointer(inOrder(x))

  return {
    ...tracker,
    machine,
    dtype,
    width,
    isTensor,
    make,
    view: (x, shape, offset = 0) => {
      const from = inOrder(x)
      return share(from, shape, from.offset + offset * width, false)
    },
    transposedView: (x) => share(x, [...x.shape].reverse(), x.offset, !x.transposed),
    pointer,
    rawPointer,
    numbers: (x) => {
      const at = pointer(x) / width
      return (dtype === 'float32' ? machine.f32() : machine.f64()).subarray(at, at + x.size)
    },
  }
}
