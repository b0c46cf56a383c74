import type { Key } from '../random/key.js'
import type { Shape } from '../tensor.js'
import type { CloudTree, CloudTreePosterior } from './cloud-tree.js'
import type { Activation, AdamState, AdamStep, Cloud, CloudPosterior, NoiseLevel } from './operands.js'

/**
 * The operations that a backend supplies, over its native tensor type N. `makeBackend` adds the fused kernels and the typed face.
 *
 * Semantics are those of the Python array API standard where it has the operation; each place where ours differ, or say more, is told.
 * Common to all:
 *
 * - Tensors are immutable values of one floating-point type. Any size may be 0.
 * - Operands broadcast, counted from the last axis: sizes are equal or one is 1. A number operand is a scalar, `[]`.
 * - NaN and ±Infinity propagate as IEEE 754 says, unless an operation says otherwise. Signs of zeros are those of IEEE 754 too, but where
 *   an operation leaves them open.
 * - Axes count from 0, negative ones from the end. One that is not there throws `InvalidArgument`; so does a size, a row or a position that
 *   is not a whole number in range. Shapes that do not fit throw `ShapeMismatch`. Either names the operation in `where`.
 *
 * `operationTable` is the same set as data.
 */
export interface Primitives<N> {
  /** How the backend names itself in messages and reports: `cpu`, `autodiff(cpu)`. */
  readonly name: string
  /** The floating-point type that it computes in. */
  readonly dtype: 'float64' | 'float32'

  // ── in and out ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * A tensor of row-major numbers, which are copied: numbers, shape → shape. NaN, ±Infinity and −0 are kept; in float32 each number is
   * rounded to the nearest. Throws `ShapeMismatch` when there are not as many as the shape says, `InvalidArgument` for no shape.
   */
  readonly tensor: (data: ArrayLike<number>, shape: Shape) => N
  /** A tensor filled with one number, whatever it is: shape → shape. Throws `InvalidArgument` for no shape. */
  readonly full: (shape: Shape, value: number) => N
  readonly shape: (x: N) => Shape
  /** The numbers, row-major, as float64. The only way out, and a promise since a GPU answers later. */
  readonly read: (x: N) => Promise<Float64Array>
  /** Whether a value is one of this backend's tensors. */
  readonly isTensor: (value: unknown) => value is N
  /** Whether every element is finite, at once. Only backends whose numbers lie in host memory have it; the others leave it out. */
  readonly allFinite?: (x: N) => boolean
  /** The numbers, row-major, as float64, at once: a copy. Only backends whose numbers lie in host memory have it; the others leave it out. */
  readonly readNow?: (x: N) => Float64Array
  /** True where `posteriorMean` and `posteriorMoments` make no tensor of queries × points, so that queries need not be taken in chunks. */
  readonly cloudsInOnePass?: boolean
  /**
   * Takes a cloud that is ordered as a tree, and gives what evaluates its posterior without a visit to every point. Only backends with such
   * a kernel have it; the others leave it out.
   */
  readonly cloudTree?: (tree: CloudTree) => CloudTreePosterior<N>

  // ── memory ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * Runs the body and frees every tensor it made but those inside its result (arrays and plain objects are searched). Throws
   * `InvalidArgument` for a body that returns a promise.
   */
  readonly scope: <T>(body: () => T) => T
  /** Frees a tensor; freeing it again does nothing. */
  readonly free: (x: N) => void
  /** How many tensors have been made and not freed. */
  readonly liveTensors: () => number

  // ── elementwise, one operand: S → S, no errors ────────────────────────────────────────────────────────────────────────────────
  /** −x, the sign of zero included. */
  readonly neg: (x: N) => N
  /** |x|: +0 at −0. */
  readonly abs: (x: N) => N
  /** eˣ: 0 at −Infinity, Infinity where it overflows. */
  readonly exp: (x: N) => N
  /** Natural logarithm: −Infinity at ±0, NaN below. */
  readonly log: (x: N) => N
  /** √x: −0 at −0, NaN below, Infinity at Infinity. */
  readonly sqrt: (x: N) => N
  /** x². */
  readonly square: (x: N) => N
  /** NaN at ±Infinity, ±0 at ±0. */
  readonly sin: (x: N) => N
  /** NaN at ±Infinity. */
  readonly cos: (x: N) => N
  /** ±1 at ±Infinity, ±0 at ±0. */
  readonly tanh: (x: N) => N
  /** 1/(1 + e⁻ˣ): 0 at −Infinity, 1 at Infinity. Not in the standard. */
  readonly sigmoid: (x: N) => N
  /** The error function 2/√π ∫₀ˣ e^(−u²) du: ±1 at ±Infinity. Not in the standard. */
  readonly erf: (x: N) => N

  // ── elementwise, two operands: A, B → broadcast(A, B). `ShapeMismatch` where they do not broadcast ────────────────────────────
  /** a + b. Infinity − Infinity is NaN. */
  readonly add: (a: N | number, b: N | number) => N
  /** a − b. Infinity − Infinity is NaN. */
  readonly sub: (a: N | number, b: N | number) => N
  /** a · b. 0 · Infinity is NaN. */
  readonly mul: (a: N | number, b: N | number) => N
  /** a / b. 0/0 and Infinity/Infinity are NaN; x/±0 is an infinity of the sign that IEEE 754 gives. */
  readonly div: (a: N | number, b: N | number) => N
  /** The larger. NaN if either operand is NaN; which zero is larger is left open, as in the standard. */
  readonly maximum: (a: N | number, b: N | number) => N
  /** The smaller. NaN if either operand is NaN; which zero is smaller is left open, as in the standard. */
  readonly minimum: (a: N | number, b: N | number) => N
  /** 1 where a > b, else 0 (the standard's are booleans). NaN compares false, and −0 is 0. */
  readonly greater: (a: N | number, b: N | number) => N
  /** 1 where a = b, else 0 (the standard's are booleans). NaN compares false, and −0 is 0. */
  readonly equal: (a: N | number, b: N | number) => N
  /**
   * a where the condition is not 0, else b: C, A, B → broadcast(C, A, B). A condition of NaN is not 0, one of −0 is. What is not chosen does not
   * matter, NaN included. The standard's condition is boolean.
   */
  readonly where: (condition: N, a: N | number, b: N | number) => N

  // ── reductions: S → S without the axis (or with size 1 there: keepDims); S → [] when no axis is given. `InvalidArgument` for no axis ──
  /** 0 for an empty axis. NaN if any is NaN, or if infinities of both signs meet. The order of summation, and so the rounding, is left open. */
  readonly sum: (x: N, axis?: number, keepDims?: boolean) => N
  /** NaN if any is NaN. −Infinity for an empty axis, which the standard leaves to the implementation. Which zero is larger is open. */
  readonly max: (x: N, axis?: number, keepDims?: boolean) => N
  /** NaN if any is NaN. +Infinity for an empty axis, which the standard leaves to the implementation. Which zero is smaller is open. */
  readonly min: (x: N, axis?: number, keepDims?: boolean) => N

  // ── products ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * [M, K], [K, P] → [M, P]; zeros when K is 0. Every product counts: 0 · Infinity is NaN. The standard's `matmul` takes any rank; ours takes
   * matrices, and throws `ShapeMismatch` for another rank or inner sizes that differ.
   */
  readonly matMul: (a: N, b: N) => N

  // ── shape and indexing: elements are moved as they are, NaN and −0 included ───────────────────────────────────────────────────
  /** S → shape, in row-major order. `ShapeMismatch` for another number of elements; −1 is no size. */
  readonly reshape: (x: N, shape: Shape) => N
  /** All axes reversed: [A, B, C] → [C, B, A]. No errors. */
  readonly transpose: (x: N) => N
  /** S → shape, where S broadcasts to it. `ShapeMismatch` where an axis would have to stretch that is not 1. */
  readonly broadcastTo: (x: N, shape: Shape) => N
  /** Elements `from` (included) to `to` (excluded) along an axis, which then has size to − from. `InvalidArgument` unless 0 ≤ from ≤ to ≤ size. */
  readonly slice: (x: N, axis: number, from: number, to: number) => N
  /**
   * One after the other along an axis, whose sizes add up. `ShapeMismatch` where other sizes differ, `InvalidArgument` for no tensors or no such
   * axis.
   */
  readonly concat: (xs: readonly N[], axis: number) => N
  /** Rows by number along axis 0, in that order; repeats allowed: [R, …] → [indices, …]. `ShapeMismatch` for a scalar. */
  readonly takeRows: (x: N, indices: ArrayLike<number>) => N
  /**
   * The adjoint of `takeRows`: [indices, …] → [rows, …], zero but for row indices[k] += x[k]. `ShapeMismatch` for a scalar or another number of
   * indices. Not in the standard.
   */
  readonly scatterRows: (x: N, indices: ArrayLike<number>, rows: number) => N

  // ── randomness ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * Standard normals by counter: key, shape → shape. Element e of the tensor is number `first + e` of the key's stream, whatever the shape. All
   * are finite. `InvalidArgument` for no shape, or a `first` that is not a whole number.
   */
  readonly normal?: (key: Key, shape: Shape, first?: number) => N
}

/**
 * Fused kernels: functions that every backend has (`deriveKernels` writes them in the primitives) and that a fast one overrides. None is in
 * the standard. Shapes that do not fit throw `ShapeMismatch`.
 */
export interface Kernels<N> {
  /** |x_m − y_n|² by differences, never by expanding the square: [M, D], [N, D] → [M, N]. 0 when D is 0; equal infinities give NaN. */
  readonly squaredDistances: (x: N, y: N) => N
  /**
   * ln Σ exp along an axis, without overflow: S → S without the axis (or with size 1 there). −Infinity for an empty axis or where all are
   * −Infinity, Infinity where one is, NaN where one is NaN. `InvalidArgument` for no such axis.
   */
  readonly logSumExp: (x: N, axis: number, keepDims?: boolean) => N
  /**
   * Σ_n softmax(logits)_n values_n: [M, N], [N, D] → [M, D]. A logit of −Infinity has weight 0, which times an infinite value is NaN. NaN where a
   * logit is NaN or Infinity, or all are −Infinity. Zeros when N is 0.
   */
  readonly softmaxExpectation: (logits: N, values: N) => N
  /**
   * E[X₀ | X_t = x] over a cloud: [M, D], cloud of [N, D] and [N] → [M, D]. m = Σ w_i y_i, w = softmax(ln π_i − |x − α y_i|²/(2σ²)). A log-weight of
   * −Infinity leaves a point out; NaN where a query is not finite, or all points are left out. `InvalidArgument` unless σ is positive
   * and finite and N > 0.
   */
  readonly posteriorMean: (x: N, cloud: Cloud<N>, level: NoiseLevel) => N
  /** The same, with log-density, covariance trace and effective sample size, each [M]. */
  readonly posteriorMoments: (x: N, cloud: Cloud<N>, level: NoiseLevel) => CloudPosterior<N>
  /** Elementwise, S → S: max(x, 0) for relu, x · sigmoid(x) for silu, ½ x (1 + erf(x/√2)) for gelu; the last two are NaN at −Infinity. */
  readonly activate: (x: N, activation: Activation) => N
  /**
   * adjoint · activation′, elementwise, S, S → S; the same takes a tangent on. `kept` is what `slopeFrom` says: the output y for tanh
   * (1 − y²) and relu (1 where y > 0, else 0 whatever the adjoint), the input x for silu (s(1 + x(1 − s)), s = sigmoid(x)) and gelu
   * (½(1 + erf(x/√2)) + x e^(−x²/2)/√(2π)), which are NaN at ±Infinity. The identity gives the adjoint back.
   */
  readonly activationGradient: (adjoint: N, kept: N, activation: Activation) => N
  /** activation(x · weight + bias): [M, I], [I, O], [O] → [M, O]. Any bias that broadcasts to [M, O] will do. */
  readonly affine: (x: N, weight: N, bias: N, activation: Activation) => N
  /** One Adam step with bias correction (Kingma & Ba 2015, algorithm 1): four tensors of one shape → three of it. */
  readonly adamUpdate: (state: AdamState<N>, gradient: N, settings: AdamStep) => AdamState<N>
}

/** All operations of a made backend, without phantom shapes: what `untyped` shows. */
export type Operations<N> = Primitives<N> & Required<Pick<Primitives<N>, 'normal'>> & Kernels<N>
