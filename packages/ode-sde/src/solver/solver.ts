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
}

/** What a step gives. */
export interface StepResult<N> {
  /** [M, D] at time s. */
  readonly x: Matrix<N>
  /** For the next step; nothing where not given. May hold tensors of the input's memory. */
  readonly memory?: Memory<N>
  /** An estimate of the local error of x from an embedded method, [M, D]. */
  readonly error?: Matrix<N>
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
  /** One step. Run it inside `B.scope`, which frees what it makes on the way. Throws `SolverFailure` where the equation is singular. */
  readonly step: <N>(B: Backend<N>, term: Term<N>, input: StepInput<N>) => StepResult<N>
}
