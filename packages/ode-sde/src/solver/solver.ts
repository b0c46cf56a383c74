import type { Backend, Matrix } from '@tweedie/core'
import type { Brownian, Interval } from '../noise/brownian.js'
import type { Term } from '../term/term.js'

/** A value of the nonlinear part or of the velocity that a solver keeps from one step to the next, with where it was taken. */
export interface Evaluation<N> {
  readonly time: number
  readonly value: Matrix<N>
  /** The state it was taken at, where the solver needs it. */
  readonly x?: Matrix<N>
}

/** What a multistep or first-same-as-last solver remembers, newest first. Solvers that remember nothing leave it empty. */
export type Memory<N> = readonly Evaluation<N>[]

/** What a step starts from. */
export interface StepInput<N> extends Interval {
  /** [M, D] at time t. */
  readonly x: Matrix<N>
  /** What the step before handed on. */
  readonly memory: Memory<N>
  /** Present for solvers of kind `sde`. */
  readonly brownian?: Brownian<N>
  /** Whether the state inside the step is wanted: `StepResult.dense`. */
  readonly dense?: boolean
}

/**
 * The state inside a step, between its two times. Its tensors outlive the step's scope, since the result lists them; whoever drives the step
 * frees them, and until then keeps what the step was given and the state that it gave.
 */
export interface Dense<N> {
  /** All that `at` needs beyond the states at both ends and the memory that the step was given. */
  readonly tensors: readonly Matrix<N>[]
  /** The state at a time of the step, [M, D], a tensor of its own. Run it inside `B.scope`. */
  readonly at: (time: number) => Matrix<N>
}

/** What a step gives. */
export interface StepResult<N> {
  /** [M, D] at time s. */
  readonly x: Matrix<N>
  /** For the next step; nothing where not given. May hold tensors of the input's memory. */
  readonly memory?: Memory<N>
  /** An estimate of the local error of x from an embedded method, [M, D]. */
  readonly error?: Matrix<N>
  /** The state inside the step, where it was asked for and the solver has it. */
  readonly dense?: Dense<N>
  /** How often the nonlinear part was evaluated. */
  readonly evaluations: number
}

/** A numerical method as a value. It knows no backend and holds no state: what it remembers goes through `memory`. */
export interface Solver {
  readonly name: string
  /** The order p: halving the step divides the error by 2^p. For `sde`, the weak order: of expectations. */
  readonly order: number
  /** For `sde` with additive noise: the order along one path. */
  readonly strongOrder?: number
  /**
   * The order of the lower method of the embedded pair, whose difference from x is `StepResult.error`: that error shrinks as
   * |s − t|^(errorOrder + 1). A solver that has it can be step-controlled.
   */
  readonly errorOrder?: number
  /** Whether it is for stiff equations; explicit where not given. */
  readonly implicit?: boolean
  /** The terms it is for: without or with noise. */
  readonly kind: 'ode' | 'sde'
  /** How often a usual step evaluates the nonlinear part. */
  readonly evaluationsPerStep: number
  /** The memory before the first step; empty where not given. */
  readonly start?: <N>(
    B: Backend<N>,
    term: Term<N>,
    at: { readonly x: Matrix<N>; readonly t: number },
  ) => { readonly memory: Memory<N>; readonly evaluations: number }
  /** One step, either way in time. Run it inside `B.scope`, which frees what it makes on the way. Throws `SolverFailure` where the equation is singular. */
  readonly step: <N>(B: Backend<N>, term: Term<N>, input: StepInput<N>) => StepResult<N>
}
