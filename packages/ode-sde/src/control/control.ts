import { tweedieError } from '@tweedie/core'
import { type Controller, type ControllerCoefficients, coefficientsOf } from './controller.js'

/** How the steps of a solve are chosen between the times of its grid. */
export type Control = FixedGrid | Adaptive

/** One step per interval of the grid. */
export interface FixedGrid {
  readonly kind: 'fixedGrid'
}

/** Steps as long as the estimated error allows. Made by `adaptive`, which checks it. */
export interface Adaptive {
  readonly kind: 'adaptive'
  readonly rtol: number
  readonly atol: number | readonly number[]
  readonly coefficients: ControllerCoefficients
  readonly norm: 'batch' | 'perSample'
  readonly safety: number
  readonly factor: readonly [least: number, most: number]
  readonly firstStep?: number
  readonly minStep?: number
  readonly maxSteps: number
}

/** What `adaptive` is told. */
export interface AdaptiveOptions {
  /** Error allowed relative to the state, per step. On a backend it is at least 10 units of rounding. */
  readonly rtol: number
  /** Error allowed in the units of the state, per step; one number, or one per column. */
  readonly atol: number | readonly number[]
  /** How the next step follows from the errors of the last ones: by name, or by its coefficients. 'PI' where not given. */
  readonly controller?: Controller
  /**
   * What the error of a step is: the root mean square over the whole batch, or that of the worst row, so that no sample is worse than the
   * tolerance because the others are better. 'batch' where not given.
   */
  readonly norm?: 'batch' | 'perSample'
  /** The step is this part of what the error would allow; 0.9 where not given. */
  readonly safety?: number
  /** By how much a step may differ from the one before it; from 0.2 to 5 where not given. */
  readonly factor?: readonly [least: number, most: number]
  /** The length of the first step, in time; chosen from the equation where not given. */
  readonly firstStep?: number
  /** A step shorter than this fails; where not given, one too short to be told from rounding of the time. */
  readonly minStep?: number
  /** Steps tried, accepted or not, before the solve gives up; 100,000 where not given. */
  readonly maxSteps?: number
}

/** One step per interval of the grid: what a solve does when it is told nothing else. */
export const fixedGrid: Control = { kind: 'fixedGrid' }

/**
 * Steps chosen so that the estimated error of each stays within the tolerance: with e the estimate and x, x′ the states at both ends, the
 * root mean square of e/(atol + rtol max(|x|, |x′|)) is at most 1 (Hairer, Nørsett & Wanner, "Solving Ordinary Differential Equations I",
 * §II.4, eqs. 4.10 and 4.11). A step that misses it is tried again, shorter. The times of the grid are reached exactly. For solvers with an
 * `errorOrder`.
 *
 * Throws `InvalidArgument` unless the tolerances are ≥ 0 and not both 0, and the limits make sense.
 *
 * @example
 * await solve(B, flow, { initial, grid: [10, 1e-3], solver: dormandPrince54, control: adaptive({ rtol: 1e-6, atol: 1e-8 }) })
 */
export const adaptive = (options: AdaptiveOptions): Adaptive => {
  const { rtol, atol, controller = 'PI', norm = 'batch', safety = 0.9, factor = [0.2, 5], maxSteps = 100_000 } = options
  const { firstStep, minStep } = options
  const refuse = (what: string, mend: string): never => {
    throw tweedieError('InvalidArgument', 'adaptive', what, mend)
  }
  const absolute = typeof atol === 'number' ? [atol] : atol
  if (!(rtol >= 0 && rtol < 1)) refuse(`rtol ${rtol}`, 'Use a number from 0 to below 1, such as 1e-6')
  if (absolute.length === 0 || !absolute.every((each) => each >= 0 && Number.isFinite(each)))
    refuse(`atol ${absolute.join(', ')}`, 'Use a finite number ≥ 0, such as 1e-8, or one per column of the state')
  if (rtol === 0 && absolute.includes(0)) refuse('rtol 0 and atol 0', 'Allow some error: rtol: 1e-6')
  if (norm !== 'batch' && norm !== 'perSample') refuse(`norm ${norm}`, "Use 'batch' or 'perSample'")
  if (!(safety > 0 && safety <= 1)) refuse(`safety ${safety}`, 'Use a number above 0, at most 1')
  if (!(factor[0] > 0 && factor[0] < 1 && factor[1] > 1)) refuse(`factor ${factor.join(' to ')}`, 'Use limits around 1, such as [0.2, 5]')
  if (firstStep !== undefined && !(firstStep > 0 && Number.isFinite(firstStep)))
    refuse(`firstStep ${firstStep}`, 'Use a length of time above 0, whichever way the grid runs')
  if (minStep !== undefined && !(minStep > 0 && Number.isFinite(minStep)))
    refuse(`minStep ${minStep}`, 'Use a length of time above 0, whichever way the grid runs')
  if (!(maxSteps >= 1)) refuse(`maxSteps ${maxSteps}`, 'Use a number of steps, at least 1')
  return {
    kind: 'adaptive',
    rtol,
    atol,
    coefficients: coefficientsOf(controller),
    norm,
    safety,
    factor,
    maxSteps,
    ...(firstStep !== undefined && { firstStep }),
    ...(minStep !== undefined && { minStep }),
  }
}
