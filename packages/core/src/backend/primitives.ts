import type { Key } from '../random/key.js'
import type { Shape } from '../tensor.js'

/**
 * The operations that a backend supplies, over its native tensor type N. `makeBackend` adds the fused kernels and the typed face.
 *
 * Semantics are those of the Python array API standard where it has the operation. Common to all: tensors are immutable values;
 * operands broadcast from the last axis; NaN and ±Infinity propagate as IEEE 754 says; a number operand is a scalar tensor; a shape
 * that does not fit throws `ShapeMismatch` naming the operation and the operands' shapes.
 */
export interface Primitives<N> {
  /** How the backend names itself in messages and reports: `cpu`, `autodiff(cpu)`. */
  readonly name: string
  /** The floating-point type that it computes in. */
  readonly dtype: 'float64' | 'float32'

  // ── in and out ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** A tensor of row-major numbers (copied). Throws `ShapeMismatch` when there are not as many as the shape says. */
  readonly tensor: (data: ArrayLike<number>, shape: Shape) => N
  /** A tensor filled with one number. */
  readonly full: (shape: Shape, value: number) => N
  readonly shape: (x: N) => Shape
  /** The numbers, row-major, as float64. The only way out, and a promise since a GPU answers later. */
  readonly read: (x: N) => Promise<Float64Array>
  /** Whether a value is one of this backend's tensors. */
  readonly isTensor: (value: unknown) => value is N

  // ── memory ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Runs the body and frees every tensor it made but those inside its result (arrays and plain objects are searched). */
  readonly scope: <T>(body: () => T) => T
  readonly free: (x: N) => void
  readonly liveTensors: () => number

  // ── elementwise, one operand ──────────────────────────────────────────────────────────────────────────────────────────────────
  readonly neg: (x: N) => N
  readonly abs: (x: N) => N
  readonly exp: (x: N) => N
  /** Natural logarithm; −Infinity at 0, NaN below. */
  readonly log: (x: N) => N
  readonly sqrt: (x: N) => N
  readonly square: (x: N) => N
  readonly sin: (x: N) => N
  readonly cos: (x: N) => N
  readonly tanh: (x: N) => N
  /** 1/(1 + e⁻ˣ), 0 and 1 at the infinities. */
  readonly sigmoid: (x: N) => N
  /** The error function 2/√π ∫₀ˣ e^(−u²) du. */
  readonly erf: (x: N) => N

  // ── elementwise, two operands ─────────────────────────────────────────────────────────────────────────────────────────────────
  readonly add: (a: N | number, b: N | number) => N
  readonly sub: (a: N | number, b: N | number) => N
  readonly mul: (a: N | number, b: N | number) => N
  readonly div: (a: N | number, b: N | number) => N
  /** NaN if either operand is NaN. */
  readonly maximum: (a: N | number, b: N | number) => N
  readonly minimum: (a: N | number, b: N | number) => N
  /** 1 where a > b, else 0; NaN compares false. */
  readonly greater: (a: N | number, b: N | number) => N
  /** 1 where a = b, else 0; NaN compares false. */
  readonly equal: (a: N | number, b: N | number) => N
  /** a where the condition is not 0, else b. What is not chosen does not matter, NaN included. */
  readonly where: (condition: N, a: N | number, b: N | number) => N

  // ── reductions over one axis, or over everything when no axis is given ────────────────────────────────────────────────────────
  /** 0 for an empty axis. */
  readonly sum: (x: N, axis?: number, keepDims?: boolean) => N
  /** NaN if any is NaN; −Infinity for an empty axis. */
  readonly max: (x: N, axis?: number, keepDims?: boolean) => N
  /** NaN if any is NaN; +Infinity for an empty axis. */
  readonly min: (x: N, axis?: number, keepDims?: boolean) => N

  // ── products ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** [M, K] · [K, P] → [M, P]. */
  readonly matMul: (a: N, b: N) => N

  // ── shape and indexing ────────────────────────────────────────────────────────────────────────────────────────────────────────
  readonly reshape: (x: N, shape: Shape) => N
  /** All axes reversed. */
  readonly transpose: (x: N) => N
  readonly broadcastTo: (x: N, shape: Shape) => N
  /** Elements `from` (included) to `to` (excluded) along an axis. */
  readonly slice: (x: N, axis: number, from: number, to: number) => N
  readonly concat: (xs: readonly N[], axis: number) => N
  /** Rows by number along axis 0, in that order; repeats allowed. */
  readonly takeRows: (x: N, indices: ArrayLike<number>) => N
  /** The adjoint of `takeRows`: a tensor of `rows` rows, zero but for row indices[k] += x[k]. */
  readonly scatterRows: (x: N, indices: ArrayLike<number>, rows: number) => N

  // ── randomness ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Standard normals by counter: element e of the tensor is number `first + e` of the key's stream, whatever the shape. */
  readonly normal?: (key: Key, shape: Shape, first?: number) => N
}
