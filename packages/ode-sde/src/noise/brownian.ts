import { type Backend, fold, type Key, type Matrix, tweedieError } from '@tweedie/core'

/** One step of a solve: its number from 0, and the times it goes between. */
export interface Interval {
  readonly step: number
  readonly t: number
  readonly s: number
}

/** Brownian motion as a value: what an SDE solver draws its noise from. */
export interface Brownian<N> {
  /**
   * Whether the increments are those of one path whatever the intervals asked for: over [t, r] and [r, s] they add up to that over [t, s].
   * Steps that may be rejected and halved need such a path.
   */
  readonly refines: boolean
  /** W_s − W_t for a batch: normal with variance |s − t| per entry, [M, D]. Asking again gives the same numbers. */
  readonly increment: (over: Interval, shape: readonly [rows: number, columns: number]) => Matrix<N>
}

/**
 * Increments that depend on (key, step, sample) alone: sample i has the same noise in step k whatever the batch it is in. Row i of a batch
 * is sample `firstSample + i`. Another grid is another path. Throws `InvalidArgument` unless `firstSample` is a whole number ≥ 0.
 */
export const independentIncrements = <N>(
  B: Backend<N>,
  key: Key,
  { firstSample = 0 }: { readonly firstSample?: number } = {},
): Brownian<N> => {
  if (!Number.isSafeInteger(firstSample) || firstSample < 0)
    throw tweedieError(
      'InvalidArgument',
      'independentIncrements',
      `firstSample ${firstSample}`,
      'Use a whole number, the number of the first row in the full set',
    )
  return {
    refines: false,
    increment: ({ step, t, s }, [rows, columns]) =>
      B.scope(() => B.mul(B.normal(fold(key, step), [rows, columns], firstSample * columns), Math.sqrt(Math.abs(s - t)))),
  }
}
