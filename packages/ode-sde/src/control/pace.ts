import type { Adaptive } from './control.js'

/** An accepted step: its scaled error, and how long it was. */
export interface Taken {
  readonly error: number
  readonly size: number
}

/** The state of step-size control: the length of the next step, and what it was learnt from. */
export interface Pace {
  /** The length of the next step, > 0. */
  readonly size: number
  /** Accepted steps of the length that was wanted, newest first; at most three. */
  readonly history: readonly Taken[]
  /** Whether the step just tried was rejected. */
  readonly rejected: boolean
}

/** A step that was tried. */
export interface Trial extends Taken {
  /** Whether it was cut short to reach a time of the grid: then it says nothing about the steps to come. */
  readonly cut: boolean
}

/** Errors below this count as this in what follows, so that one lucky step does not slow those after it (the FACOLD of DOPRI5). */
const LEAST_ERROR = 1e-4

type Settings = Pick<Adaptive, 'coefficients' | 'safety' | 'factor'>

const clamp = (value: number, [least, most]: readonly [number, number]): number => Math.min(most, Math.max(least, value))

/** By what factor the filter changes the step; `power` is that of the step that its error goes with. */
const filtered = ({ coefficients: { beta, alpha = [] } }: Settings, power: number, steps: readonly Taken[]): number => {
  let factor = 1
  beta.forEach((exponent, k) => {
    const step = steps[k]
    // Before there are as many steps as the filter looks back, the oldest stands for those that are missing.
    const { error } = step ?? (steps.at(-1) as Taken)
    factor *= Math.max(error, k === 0 ? Number.MIN_VALUE : LEAST_ERROR) ** (-exponent / power)
  })
  alpha.forEach((exponent, k) => {
    const [later, earlier] = [steps[k], steps[k + 1]]
    if (later !== undefined && earlier !== undefined) factor *= (later.size / earlier.size) ** -exponent
  })
  return factor
}

/** After a step whose scaled error is at most 1. */
export const afterAccepted = (settings: Settings, power: number, pace: Pace, { error, size, cut }: Trial): Pace => {
  const steps = [{ error, size }, ...pace.history].slice(0, 3)
  const wanted = settings.safety * filtered(settings, power, steps)
  // Not longer right after a rejection (Hairer, Nørsett & Wanner I, §II.4).
  const [least, most] = settings.factor
  const next = size * clamp(wanted, [least, pace.rejected ? 1 : most])
  return cut ? { ...pace, size: Math.max(next, pace.size), rejected: false } : { size: next, history: steps, rejected: false }
}

/** After a step whose scaled error is above 1, or not a number. */
export const afterRejected = (settings: Settings, power: number, pace: Pace, { error, size }: Taken): Pace => {
  const [least] = settings.factor
  const factor = Number.isFinite(error) ? clamp(settings.safety * error ** (-1 / power), [least, settings.safety]) : least
  return { ...pace, size: size * factor, rejected: true }
}
