import { type Shape, sizeOf } from '@tweedie/core'

/** A block of wasm memory that one or more tensors look at. */
export interface Storage {
  readonly pointer: number
  /** How many tensors look at it; 0 once it has been given back. */
  references: number
}

/** The native tensor: a shape over wasm memory. Views of one storage differ in shape and offset. */
export interface WasmTensor {
  readonly shape: Shape
  readonly size: number
  readonly storage: Storage
  /** Bytes from the start of the storage. */
  readonly offset: number
  /** For rank 2: the memory holds the transpose, row-major. Products take it as it is; the rest ask for a copy in order. */
  readonly transposed: boolean
  /** The memory that made it. */
  readonly owner: object
}

export const tensorOver = (owner: object, storage: Storage, shape: Shape, offset = 0, transposed = false): WasmTensor => ({
  shape,
  size: sizeOf(shape),
  storage,
  offset,
  transposed,
  owner,
})
