import { type CloudTree, fold, key, type NoiseLevel } from '@tweedie/core'
import { errorsOf, type Trial } from './contender.js'
import { drawProbes } from './probes.js'

/** What the probes said of an opening. */
export interface VerifiedCheck {
  readonly opening: number
  /** Over the probes of the check: root of the mean square, and largest, in the error unit. */
  readonly rootMeanSquareError: number
  readonly largestError: number
  /** How many probes there were, every one within the tolerance. */
  readonly probes: number
  /** With 95 % confidence at most this share of queries of the probes' law is off by more than the tolerance. */
  readonly exceedance: number
}

/** Openings that are tried: powers of two, by eighths until one passes, then doubled as long as it does, twice at most. */
const firstOpening = 2 ** -3
const step = 2 ** -3
const leastOpening = 2 ** -36

/** Probes that an opening is chosen by, to half the tolerance; and fresh ones that it must then pass. */
const choiceProbes = 32
const checkProbes = 96

/** Chance, over all attempts, that a check passes though more queries exceed the tolerance than it says: the a-th may err by half that of the one before. */
const errorRate = 0.05
const mostAttempts = 8

const rootMeanSquare = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
const largest = (values: Float64Array): number => values.reduce((best, value) => Math.max(best, value), 0)

/** The probes of a rung: stage 0 those that an opening is chosen by, stage a those of its a-th check. Rungs are numbered from −2²⁰. */
export const probesOfRung = (tree: CloudTree): ((place: number, stage: number, ratio: number) => Float64Array) => {
  const draw = drawProbes(tree)
  return (place, stage, ratio) => draw(fold(fold(key(0x70726f62), place + 2 ** 20), stage), stage === 0 ? choiceProbes : checkProbes, ratio)
}

/** How the ways are tried at one noise ratio. */
export interface Trials {
  readonly level: NoiseLevel
  readonly dimension: number
  readonly unit: number
  readonly tolerance: number
  readonly exact: (probes: Float64Array) => Trial
  readonly verified: (probes: Float64Array, opening: number) => Trial
  /** Milliseconds per query beyond which an opening is of no use. */
  readonly slowest: number
  readonly probes: (stage: number) => Float64Array
}

/** The largest opening of those tried whose errors on some probes are within half the tolerance; none where that is too slow or there is none. */
const chooseOpening = ({ dimension, unit, tolerance, exact, verified, slowest, probes }: Trials): number | undefined => {
  const some = probes(0)
  const wanted = exact(some)
  const passes = (opening: number): boolean | 'slow' => {
    const found = verified(some, opening)
    return found.milliseconds > slowest ? 'slow' : largest(errorsOf(found, wanted, dimension, unit)) <= tolerance / 2
  }
  for (let opening = firstOpening; opening >= leastOpening; opening *= step) {
    const passed = passes(opening)
    if (passed === 'slow') return undefined
    if (!passed) continue
    if (opening === firstOpening || passes(2 * opening) !== true) return opening
    return passes(4 * opening) === true ? 4 * opening : 2 * opening
  }
  return undefined
}

/**
 * An opening that was chosen on some probes has to have every one of fresh ones within the tolerance; if one is not, a quarter of it is tried on others.
 * If more than a share p of queries exceeded the tolerance, k probes would pass with chance below (1 − p)^k: so p = 1 − β^(1/k) at error rate β.
 */
export const checkedOpening = (trials: Trials): (VerifiedCheck & { readonly trial: Trial; readonly exact: Trial }) | undefined => {
  let opening = chooseOpening(trials)
  for (let attempt = 1; opening !== undefined && attempt <= mostAttempts; attempt++, opening /= 4) {
    const probes = trials.probes(attempt)
    const [exact, trial] = [trials.exact(probes), trials.verified(probes, opening)]
    const errors = errorsOf(trial, exact, trials.dimension, trials.unit)
    if (largest(errors) <= trials.tolerance)
      return {
        opening,
        rootMeanSquareError: rootMeanSquare(errors),
        largestError: largest(errors),
        probes: checkProbes,
        exceedance: 1 - (errorRate * 2 ** -attempt) ** (1 / checkProbes),
        trial,
        exact,
      }
    if (trial.milliseconds > trials.slowest) return undefined
  }
  return undefined
}
