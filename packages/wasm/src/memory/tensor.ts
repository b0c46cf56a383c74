import { type Shape, sizeOf } from '@tweedie/core'

/** A block of wasm memory that one or more tensors look at. */
export interface Storage {
  readonly pointer: number
  readonly bytes: number
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
  /** For rank 2: the memory holds the transpose, row-major. Products take it as it is; the rest ask for the numbers in order. */
  readonly transposed: boolean
  /** The memory that made it. */
  readonly owner: object
  /** Whether it was freed; the storage lives on where another tensor looks at it. */
  readonly freed: boolean
  /** Whether the garbage collector gives it back, since no scope will. */
  readonly watched: boolean
  /** The exit from a scope, counted, at which it was last among the result. */
  readonly keptAt: number
}

/** What the memory alone changes of a tensor: how its numbers lie, never which. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export const tensorOver = (owner: object, storage: Storage, shape: Shape, offset = 0, transposed = false): WasmTensor => ({
  shape,
  size: sizeOf(shape),
  storage,
  offset,
  transposed,
  owner,
  freed: false,
  watched: false,
  keptAt: 0,
})
