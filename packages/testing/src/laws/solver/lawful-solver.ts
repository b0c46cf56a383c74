import type { Backend, Matrix } from '@tweedie/core'

/**
 * What the laws ask of a numerical method, by shape alone: `Solver`, `Term` and `Brownian` of `@tweedie/ode-sde` have it, and so has
 * anything that is written like them.
 */

/** dx = (linear(t)·x + gain(t)·nonlinear(x, t)) dt + diffusion(t) dW, with what exponential methods need. */
export interface LawfulTerm<N> {
  readonly name: string
  readonly backend: Backend<N>
  readonly linear: (t: number) => number
  readonly gain: (t: number) => number
  /** [M, D], t → [M, D], row by row. */
  readonly nonlinear: (x: Matrix<N>, t: number) => Matrix<N>
  /** exp ∫_t^s linear. */
  readonly propagator: (t: number, s: number) => number
  /** ∫_t^s propagator(u, s) gain(u) du. */
  readonly weight: (t: number, s: number) => number
  /** τ with propagator(u, s) gain(u) du = c(s) e^(rate·τ) dτ. */
  readonly clock?: { readonly at: (t: number) => number; readonly inverse: (reading: number) => number; readonly rate: number }
  readonly diffusion?: (t: number) => number
  /** Standard deviation of ∫_t^s propagator(u, s) diffusion(u) dW. */
  readonly noise?: (t: number, s: number) => number
}

/** Where a step is: its number, and the times it goes between, s ≤ t. */
export interface LawfulInterval {
  readonly step: number
  readonly t: number
  readonly s: number
}

/** Brownian motion: W_s − W_t for a batch, the same whenever it is asked again, and the mean height of the path over its chord in a step. */
export interface LawfulBrownian<N> {
  readonly refines: boolean
  readonly increment: (over: LawfulInterval, shape: readonly [rows: number, columns: number]) => Matrix<N>
  readonly levyArea: (over: LawfulInterval, shape: readonly [rows: number, columns: number]) => Matrix<N>
}

/** What a multistep method hands on. */
export type LawfulMemory<N> = readonly { readonly time: number; readonly value: Matrix<N>; readonly x?: Matrix<N> }[]

/** A numerical method as a value. */
export interface LawfulSolver {
  readonly name: string
  /** For `sde`, the weak order. */
  readonly order: number
  /** For `sde`, the order along one path with additive noise. */
  readonly strongOrder?: number
  readonly kind: 'ode' | 'sde'
  readonly evaluationsPerStep: number
  readonly start?: <N>(
    B: Backend<N>,
    term: LawfulTerm<N>,
    at: { readonly x: Matrix<N>; readonly t: number },
  ) => { readonly memory: LawfulMemory<N>; readonly evaluations: number }
  readonly step: <N>(
    B: Backend<N>,
    term: LawfulTerm<N>,
    input: LawfulInterval & { readonly x: Matrix<N>; readonly memory: LawfulMemory<N>; readonly brownian?: LawfulBrownian<N> },
  ) => { readonly x: Matrix<N>; readonly memory?: LawfulMemory<N>; readonly evaluations: number }
}

/** What the laws run on: a float64 backend, the method, and what it claims beyond what it declares. */
export interface SolverLawOptions {
  /** Whether the method is exact where the nonlinear part is a constant (exponential methods); false when not given. */
  readonly exponential?: boolean
  /** The step counts that the order is measured over; when not given, five or six: from 16, from 8 at order 4, 48 at order 5 and 12 above. Even numbers. */
  readonly steps?: readonly number[]
}
