/** How far a result may be from the true one: units in the last place of its scale, or a part of its scale. */
export type Tolerance = { readonly ulp: number } | { readonly relative: number }

/**
 * What the backend promises on this device, found by experiment when it was made. It is what `backendConformance` of `@tweedie/testing` takes
 * as `declared`.
 */
export interface DeclaredPrecision {
  readonly tolerances: Readonly<Record<string, Tolerance>> & { readonly default: Tolerance }
  readonly nonFinite: 'propagates'
  readonly denormals: 'kept' | 'flushed'
  readonly signedZeros: 'kept' | 'lost'
  readonly leastWeight: number
  readonly largestAngle: number
}

/** What was found of the device, and what is done about it. */
export interface TfjsDescription {
  /** The backend of TensorFlow.js: `webgl`, `webgpu`, `wasm`, `cpu`, or another. */
  readonly backend: string
  /** What it says of its adapter, where it does. */
  readonly adapter: string
  /** Bits of the significand that arithmetic keeps, 24 in IEEE 754 single precision. */
  readonly significandBits: number
  readonly denormals: 'kept' | 'flushed'
  /** Operations of TensorFlow.js that were tried and get NaN wrong on this device. */
  readonly guarded: readonly string[]
  /** The largest relative error that a sum of 65,536 numbers had: as TensorFlow.js adds them, or as a program of this package where that came first. */
  readonly sumError: number
  /** Numbers that one tensor can hold at most. */
  readonly largestTensor: number
  /** Whether the posterior over a cloud runs in kernels of this package, in one pass. */
  readonly fusedPosterior: boolean
  /** What was found that differs from IEEE 754 or from what the backend says of itself, and what is done about it: sentences for a person. */
  readonly findings: readonly string[]
  readonly declared: DeclaredPrecision
}
