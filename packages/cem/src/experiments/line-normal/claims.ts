import type { HostMatrix } from '@tweedie/core'
import { atMost } from '../parts/claims.js'
import { claimOverTimes, measuresOf, type Outcomes, orderClaims, sizeClaim, valuesOf } from '../parts/over-times.js'
import type { OfModels } from '../parts/three-models.js'
import type { TwoDimensionalSettings } from '../parts/two-dimensional.js'
import type { Claim, Measure } from '../result.js'
import type { LineErrors, Pair } from './errors.js'

/** What one model of the line gave. */
export interface LineOutcome {
  /** Standard deviations of the two columns of the samples. */
  readonly deviations: Pair
  /** At the times of the sampler, decreasing to ε. */
  readonly errors: readonly LineErrors[]
  /** Of the first seed. */
  readonly samples?: HostMatrix
}

/** Of the authors' published files: the standard deviation of x₂, and errors of coordinate 2 at t = 1e-4. */
const papers = {
  deviation: { cem: 0.0103, ddpm: 0.074, sgm: 0.141 },
  atPoint: { cem: 3.8e-4, ddpm: 9.46, sgm: 996 },
  meanSquare: { cem: 9.6e-7, ddpm: 0.89, sgm: 9.9e3 },
} satisfies Record<string, OfModels<number>>

const last = ({ errors }: LineOutcome): LineErrors => errors[errors.length - 1] as LineErrors
const ofDeviation = ({ deviations }: LineOutcome): number => deviations[1]
const atPoint = (outcome: LineOutcome): number => Math.abs(last(outcome).output[1] - last(outcome).exact[1])
const meanSquare = (outcome: LineOutcome): number => last(outcome).meanSquare[1]

export const lineMeasures = (outcomes: Outcomes<LineOutcome>): readonly Measure[] => {
  const t = last(outcomes[0].paper.cem).t
  return [
    ...measuresOf(outcomes, { quantity: 'standard deviation of x₂', papers: papers.deviation }, ofDeviation),
    ...measuresOf(outcomes, { quantity: 'standard deviation of x₁' }, ({ deviations }) => deviations[0]),
    ...measuresOf(outcomes, { quantity: `absolute error of coordinate 2 at (1, −0.1), t = ${t}`, papers: papers.atPoint }, atPoint),
    ...measuresOf(outcomes, { quantity: `mean-square error of coordinate 2, t = ${t}`, papers: papers.meanSquare }, meanSquare),
    ...measuresOf(outcomes, { quantity: `mean-square error of coordinate 1, t = ${t}` }, (outcome) => last(outcome).meanSquare[0]),
  ]
}

export const lineClaims = (settings: TwoDimensionalSettings, outcomes: Outcomes<LineOutcome>): readonly Claim[] => {
  /** A small error, at most three times the paper's; and large ones, within a factor of three. */
  const errorClaims = (what: string, numbers: OfModels<number>, of: (outcome: LineOutcome) => number): readonly Claim[] => [
    claimOverTimes(settings, `CEM has a small ${what}, at most three times the paper's ${numbers.cem}`, (times) =>
      atMost('CEM', valuesOf(outcomes, times, 'cem', of), 3 * numbers.cem),
    ),
    sizeClaim(settings, outcomes, what, numbers, of),
  ]
  return [
    claimOverTimes(settings, 'Samples of CEM have a standard deviation of x₂ of at most 0.011', (times) =>
      atMost('CEM', valuesOf(outcomes, times, 'cem', ofDeviation), 0.011),
    ),
    ...orderClaims(settings, outcomes, 'standard deviation of x₂', ofDeviation),
    sizeClaim(settings, outcomes, 'standard deviation of x₂', papers.deviation, ofDeviation),
    ...errorClaims(`absolute error of coordinate 2 at (1, −0.1), t = ${last(outcomes[0].paper.cem).t}`, papers.atPoint, atPoint),
    ...errorClaims(`mean-square error of coordinate 2 at t = ${last(outcomes[0].paper.cem).t}`, papers.meanSquare, meanSquare),
  ]
}
