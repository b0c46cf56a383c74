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
  /**
   * The space–time Lévy area of the step, [M, D]: H = (1/h) ∫ (W_u − the chord from W_t to W_s at u) du, the mean height of the path over its
   * chord. Normal with variance |s − t|/12 and independent of the increment; the same whichever way the step goes (Foster, Lyons & Oberhauser
   * 2020). ∫ (W_u − W_t) du over the step is h (increment/2 + H). Methods of strong order 1.5 need it.
   */
  readonly levyArea?: (over: Interval, shape: readonly [rows: number, columns: number]) => Matrix<N>
  /** Standard normals that are no part of the path, [M, D]: number `index` of the step. Langevin corrections need them. */
  readonly standardNormal?: (over: Interval, index: number, shape: readonly [rows: number, columns: number]) => Matrix<N>
}

/** Throws `InvalidArgument` unless the number of the first row is a whole number ≥ 0. */
export const requireFirstSample = (where: string, firstSample: number): void => {
  if (!Number.isSafeInteger(firstSample) || firstSample < 0)
    throw tweedieError(
      'InvalidArgument',
      where,
      `firstSample ${firstSample}`,
      'Use a whole number, the number of the first row in the full set',
    )
}

/**
 * Increments that depend on (key, step, sample) alone: sample i has the same noise in step k whatever the batch it is in. Row i of a batch
 * is sample `firstSample + i`. Another grid is another path. Throws `InvalidArgument` unless `firstSample` is a whole number ≥ 0.
 */
export const independentIncrements = <N>(
  B: Backend<N>,
  key: Key,
  { firstSample = 0 }: { readonly firstSample?: number } = {},
): Required<Brownian<N>> => {
  requireFirstSample('independentIncrements', firstSample)
  const normal = (of: Key, [rows, columns]: readonly [number, number], deviation: number): Matrix<N> =>
    B.scope(() => B.mul(B.normal(of, [rows, columns], firstSample * columns), deviation))
  return {
    refines: false,
    increment: ({ step, t, s }, shape) => normal(fold(key, step), shape, Math.sqrt(Math.abs(s - t))),
    levyArea: ({ step, t, s }, shape) => normal(fold(fold(key, step), 0), shape, Math.sqrt(Math.abs(s - t) / 12)),
    standardNormal: ({ step }, index, shape) => normal(fold(fold(fold(key, step), 1), index), shape, 1),
  }
}
