import type { OperationName } from '@tweedie/core'
import { type Format, ulp } from './format.js'

/** How far a result may be from the true one, in the backend's type: units in the last place of its scale, or a part of its scale. */
export type Tolerance = { readonly ulp: number } | { readonly relative: number }

/** A result with an error of its own: an operation, or one of several that an operation gives. */
export type MeasuredName =
  | OperationName
  | `posteriorMoments.${'mean' | 'logDensity' | 'covarianceTrace' | 'effectiveSampleSize'}`
  | `adamUpdate.${'parameter' | 'first' | 'second'}`

/** Tolerances by operation (or by one result of several); `default` for the rest. */
export type Tolerances = Readonly<Partial<Record<MeasuredName, Tolerance>>> & { readonly default: Tolerance }

/** What a backend promises. What is not declared is the strictest. */
export interface Declared {
  readonly tolerances: Tolerances
  /**
   * `propagates` (the default): NaN and ±Infinity go through as IEEE 754 says. `refused`, for `checked(B)`: where the true result holds
   * a NaN though no operand does, or ±Infinity though every operand is finite (empty axes exempt), the operation throws `NotFinite` with
   * its name in `where`, at once or from `read`; `tensor` and `full` refuse NaN. `refused within`, for a backend over a checked one: the
   * error may name an operation that this one is made of.
   */
  readonly nonFinite?: 'propagates' | 'refused' | 'refused within'
  /** `flushed`: numbers below the smallest normal one may be taken for 0, in operands and in results. `kept` by default. */
  readonly denormals?: 'kept' | 'flushed'
  /** `lost`: a zero may have either sign. `kept` by default: as IEEE 754 has it, in elementwise operations and where numbers move. */
  readonly signedZeros?: 'kept' | 'lost'
  /**
   * A point whose weight in a posterior is below this may count for anything from 0 to it: hardware is slow with denormal numbers, so the
   * exponential is cut off. By default only weights below e⁻¹⁰⁰ may be left out.
   */
  readonly leastWeight?: number
  /** The largest |x| that sin and cos are held to their tolerance for; any finite number by default. */
  readonly largestAngle?: number
}

/** Whether results that are not finite are refused. */
export const refuses = ({ nonFinite }: Pick<Declared, 'nonFinite'>): boolean => nonFinite === 'refused' || nonFinite === 'refused within'

export const toleranceOf = (tolerances: Tolerances, name: MeasuredName): Tolerance =>
  tolerances[name] ?? tolerances[name.split('.')[0] as OperationName] ?? tolerances.default

/** The error that a tolerance allows beside a scale. */
export const allowance = (format: Format, tolerance: Tolerance, scale: number): number =>
  'ulp' in tolerance ? tolerance.ulp * ulp(format, scale) : tolerance.relative * Math.max(format.smallestNormal, scale)

export const showTolerance = (tolerance: Tolerance): string =>
  'ulp' in tolerance ? `${tolerance.ulp} ulp` : `${tolerance.relative} relative`
