import type { ForwardProcess } from '@tweedie/core'
import type { Term } from '../term/term.js'

/** What a solve cost, and what it says of its own error. */
export interface Statistics {
  /** Steps tried: accepted and rejected. */
  readonly steps: number
  readonly accepted: number
  readonly rejected: number
  /** Evaluations of the nonlinear part, each for the whole batch: all that were made, those of rejected steps and of step-size control too. */
  readonly evaluations: number
  readonly seconds: number
  /** Where it ended: the last time of the grid, or that of the event that stopped it. */
  readonly finalTime: number
  /** ln(α²/σ²) at the final time, where the term belongs to a process. */
  readonly finalLogSnr?: number
  /** Present under adaptive control. */
  readonly error?: ErrorEstimate
}

/** The local errors of the accepted steps, by the solver's own estimate. */
export interface ErrorEstimate {
  /** The largest scaled error: at most 1, the tolerance. */
  readonly largest: number
  /**
   * Σ over the steps of the root mean square of the estimated error, in the units of the state: the size of the error at the end if errors
   * neither grow nor shrink on the way.
   */
  readonly accumulated: number
  /** The rtol in use: that asked for, or 10 units of rounding of the backend. */
  readonly rtol: number
}

/** The final log-SNR of a term that has a process; nothing for another. */
export const finalLogSnr = <N>(term: Term<N>, time: number): { readonly finalLogSnr?: number } => {
  const { process } = term as { readonly process?: ForwardProcess }
  return process === undefined ? {} : { finalLogSnr: process.logSnr(time) }
}
