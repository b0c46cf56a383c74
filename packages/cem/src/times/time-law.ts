import type { ForwardProcess } from '@tweedie/core'

/**
 * How training times are drawn: a map of the unit interval to times, so that one uniform number gives one time.
 *
 * `ratio(t)` multiplies the loss at a time: 1 where the law itself says how often a time matters, the quotient of another density and its own
 * where it only reduces variance (importance sampling).
 */
export interface TimeLaw {
  readonly name: string
  /** Binds the law to the range of a process. Throws `InvalidArgument` where the law does not fit it (ε ≥ T, a time outside, …). */
  readonly under: (process: ForwardProcess) => BoundTimeLaw
}

export interface BoundTimeLaw {
  /** The quantile function, (0, 1) → times. */
  readonly timeOf: (u: number) => number
  readonly ratio: (t: number) => number
  /** The times, in the order of u, where there are finitely many, all equally likely: what is computed per time is then computed once. */
  readonly atoms?: readonly number[]
}
