import { tweedieError } from '@tweedie/core'

/**
 * A step-size controller as a digital filter (Söderlind 2003, "Digital filters in adaptive time-stepping", ACM TOMS 29, eq. 30; Söderlind & Wang
 * 2006): with c the reciprocal of the scaled error of an accepted step, ρ the ratio of its length to that of the one before, and k the power of the step that the error
 * goes with,
 *
 *     ρ' = c₀^(β₀/k) c₁^(β₁/k) c₂^(β₂/k) ρ₀^(−α₀) ρ₁^(−α₁),
 *
 * index 0 the newest.
 */
export interface ControllerCoefficients {
  readonly beta: readonly number[]
  /** None where not given. */
  readonly alpha?: readonly number[]
}

/** A controller by name, or by its coefficients. */
export type Controller = 'I' | 'PI' | 'PID' | ControllerCoefficients

/**
 * I: the error of the last step alone (Hairer, Nørsett & Wanner I, eq. II.4.13). PI: Gustafsson's PI.3.4 (Gustafsson 1991; Hairer & Wanner II, §IV.2), steadier
 * where stability limits the step. PID: Söderlind's filter H312PID, for smooth sequences of steps; it changes its mind slowly.
 */
const NAMED: Readonly<Record<'I' | 'PI' | 'PID', ControllerCoefficients>> = {
  I: { beta: [1] },
  PI: { beta: [0.7, -0.4] },
  PID: { beta: [1 / 18, 1 / 9, 1 / 18] },
}

/** The coefficients of a controller. Throws `InvalidArgument` where they are none, or do not sum up to a controller that reacts. */
export const coefficientsOf = (controller: Controller): ControllerCoefficients => {
  const found = typeof controller === 'string' ? NAMED[controller] : controller
  const beta = found?.beta ?? []
  const sum = beta.reduce((total, each) => total + each, 0)
  if (![...beta, ...(found?.alpha ?? [])].every(Number.isFinite) || !(sum > 0))
    throw tweedieError(
      'InvalidArgument',
      'adaptive',
      `controller ${JSON.stringify(controller)}`,
      "Use 'I', 'PI', 'PID', or { beta, alpha } with finite numbers, those of beta adding up to more than 0",
    )
  return found
}
