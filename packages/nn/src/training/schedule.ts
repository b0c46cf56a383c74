import { tweedieError } from '@tweedie/core'

/** A learning rate by step; steps count from 1. A plain function, so any can be written in its place. */
export type Schedule = (step: number) => number

const requireRate = (where: string, rate: number): void => {
  if (!(Number.isFinite(rate) && rate >= 0)) throw tweedieError('InvalidArgument', where, `rate ${rate}`, 'Use a finite rate of at least 0')
}

const requireSteps = (where: string, steps: number): void => {
  if (!(Number.isSafeInteger(steps) && steps >= 1))
    throw tweedieError('InvalidArgument', where, `${steps} steps`, 'Use a whole number of at least 1')
}

/** The same rate at every step. */
export const constant = (rate: number): Schedule => {
  requireRate('constant', rate)
  return () => rate
}

/**
 * Half a cosine from `rate` at step 1 down to `floor` after `steps` steps, and `floor` from there on (Loshchilov & Hutter 2017, eq. 5,
 * without restarts).
 */
export const cosineDecay = (rate: number, steps: number, { floor = 0 }: { readonly floor?: number } = {}): Schedule => {
  requireRate('cosineDecay', rate)
  requireRate('cosineDecay, floor', floor)
  requireSteps('cosineDecay', steps)
  return (step) => floor + (rate - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min((step - 1) / steps, 1)))
}

/** A schedule whose first `steps` steps are scaled by step/steps: it rises to its own value and then follows it. */
export const warmUp = (steps: number, schedule: number | Schedule): Schedule => {
  requireSteps('warmUp', steps)
  const follow = typeof schedule === 'number' ? constant(schedule) : schedule
  return (step) => Math.min(step / steps, 1) * follow(step)
}

/**
 * A rate that is multiplied by `factor` (½ by default) after each of the given steps. Paper A's: `stepDecay(2e-3, [5000, 10000, 12000])`
 * halves the rate after step 5,000, quarters it after 10,000 and leaves an eighth after 12,000.
 */
export const stepDecay = (rate: number, after: readonly number[], { factor = 0.5 }: { readonly factor?: number } = {}): Schedule => {
  requireRate('stepDecay', rate)
  requireRate('stepDecay, factor', factor)
  for (const step of after) requireSteps('stepDecay', step)
  return (step) => rate * factor ** after.filter((each) => step > each).length
}
