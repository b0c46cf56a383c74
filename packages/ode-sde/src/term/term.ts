import type { Backend, ForwardProcess, Matrix } from '@tweedie/core'

/**
 * A differential equation whose linear part is kept apart:
 *
 *     dx = (linear(t)·x + gain(t)·nonlinear(x, t)) dt + diffusion(t) dW
 *
 * Runge–Kutta methods see the sum (`velocity(term)`). Exponential methods use the exact flow of the linear part: with the nonlinear part
 * frozen at its value at t,
 *
 *     x_s = propagator(t, s)·x_t + weight(t, s)·nonlinear(x_t, t) + noise(t, s)·ξ,    ξ ~ N(0, I).
 *
 * Steps go from t to s. The grids of this package run from noise to data, so s < t and dt is negative; dW has variance |dt|.
 */
export interface Term<N> {
  /** How the term names itself in messages. */
  readonly name: string
  readonly backend: Backend<N>
  /** The factor on x, per unit of time. */
  readonly linear: (t: number) => number
  /** The factor on the nonlinear part, per unit of time. */
  readonly gain: (t: number) => number
  /** [M, D], t → [M, D], a tensor made for this call. Row i of the result depends on row i of x alone. */
  readonly nonlinear: (x: Matrix<N>, t: number) => Matrix<N>
  /** exp ∫_t^s linear(u) du. */
  readonly propagator: (t: number, s: number) => number
  /** ∫_t^s propagator(u, s) gain(u) du. */
  readonly weight: (t: number, s: number) => number
  /** The time in which the weight is an exponential; absent where none is known. */
  readonly clock?: Clock
  /** The factor on dW; absent in an ordinary differential equation. */
  readonly diffusion?: (t: number) => number
  /** Standard deviation of ∫_t^s propagator(u, s) diffusion(u) dW; present where `diffusion` is. */
  readonly noise?: (t: number, s: number) => number
  /** The forward process whose denoiser E[X_0 | X_t = x] the nonlinear part is; absent in other terms. */
  readonly process?: ForwardProcess
  /** The times at which the coefficients mean something; `solve` refuses a grid that leaves them. */
  readonly timeRange?: readonly [low: number, high: number]
  /** The way that time must run, for an equation with noise that holds one way alone; `solve` refuses a grid that runs the other. */
  readonly direction?: 'decreasing' | 'increasing'
}

/** A term with noise. */
export interface SdeTerm<N> extends Term<N> {
  readonly diffusion: (t: number) => number
  readonly noise: (t: number, s: number) => number
}

/**
 * A change of time τ(t) that turns the weight into an exponential: propagator(u, s) gain(u) du = c(s) e^(rate·τ) dτ. Multistep
 * exponential methods interpolate the nonlinear part in τ; its moments are then φ-functions of rate·(τ(s) − τ(t)). For the
 * probability flow τ is half the log-SNR and the rate is 1; for the reverse SDE the rate is 2.
 */
export interface Clock {
  /** τ(t). */
  readonly at: (t: number) => number
  /** The time at which the clock reads τ. */
  readonly inverse: (reading: number) => number
  readonly rate: number
}

/** Whether a term has noise. */
export const isSde = <N>(term: Term<N>): term is SdeTerm<N> => term.diffusion !== undefined && term.noise !== undefined
