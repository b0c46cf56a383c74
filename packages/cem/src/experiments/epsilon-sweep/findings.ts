import { atMost, claim, show, within } from '../parts/claims.js'
import { exponentOf } from '../parts/least-squares.js'
import { measure, standardError } from '../parts/measures.js'
import type { ExperimentResult } from '../result.js'
import type { EpsilonSweepRun, EpsilonSweepSettings } from './run.js'

/** How far the exponent may be from a half. */
const TOLERANCE = 0.05

/**
 * The ε at which the points are apart for the last noise: √ε at most a third of half the mean spacing, so that the nearest point is the one that the
 * sample came to. Above, the distance to the nearest point saturates, as a sample that leaves one point comes near another.
 */
export const apart = ({ epsilons }: EpsilonSweepSettings, runs: readonly EpsilonSweepRun[]): readonly number[] => {
  const least = Math.min(...runs.map((run) => run.halfSpacing))
  return epsilons.filter((epsilon) => Math.sqrt(epsilon) <= least / 3)
}

/** The exponent of each seed over some of the ε. */
const exponents = ({ epsilons }: EpsilonSweepSettings, runs: readonly EpsilonSweepRun[], chosen: readonly number[]): readonly number[] =>
  runs.map(({ distances }) =>
    exponentOf(
      chosen,
      chosen.map((epsilon) => distances[epsilons.indexOf(epsilon)] as number),
    ),
  )

const range = (epsilons: readonly number[]): string => `ε from ${show(epsilons.at(-1) as number)} to ${show(epsilons[0] as number)}`

export const epsilonSweepMeasures = (settings: EpsilonSweepSettings, runs: readonly EpsilonSweepRun[]): ExperimentResult['measures'] => {
  const { epsilons } = settings
  const few = apart(settings, runs)
  return [
    ...epsilons.flatMap((epsilon, k) => [
      measure(
        { quantity: 'mean distance to the nearest point', variant: `ε = ${show(epsilon)}` },
        runs.map(({ distances }) => distances[k] as number),
      ),
      measure(
        { quantity: 'the same over that of the last noise alone', variant: `ε = ${show(epsilon)}` },
        runs.map(({ distances, floors }) => (distances[k] as number) / (floors[k] as number)),
      ),
    ]),
    measure({ quantity: 'exponent of ε', variant: range(epsilons), paper: 0.5 }, exponents(settings, runs, epsilons)),
    ...(few.length >= 2 ? [measure({ quantity: 'exponent of ε', variant: range(few), paper: 0.5 }, exponents(settings, runs, few))] : []),
    measure(
      { quantity: 'half the mean distance of a point to the nearest other', variant: 'data' },
      runs.map((run) => run.halfSpacing),
    ),
  ]
}

export const epsilonSweepClaims = (settings: EpsilonSweepSettings, runs: readonly EpsilonSweepRun[]): ExperimentResult['claims'] => {
  const { epsilons } = settings
  const few = apart(settings, runs)
  const exponent = (chosen: readonly number[]) => {
    const values = exponents(settings, runs, chosen)
    const error = values.length > 1 ? ` (standard error of the mean over seeds ${show(standardError(values))})` : ''
    return within(`exponent over ${range(chosen)}${error}`, values, [0.5 - TOLERANCE, 0.5 + TOLERANCE])
  }
  const quotient = (chosen: readonly number[]) =>
    within(
      `quotients of error and noise, ${range(chosen)}`,
      runs.flatMap(({ distances, floors }) =>
        distances.map((distance, k) => distance / (floors[k] as number)).filter((_, k) => chosen.includes(epsilons[k] as number)),
      ),
      [0.9, 1.1],
    )
  const condition = (chosen: readonly number[]): string => `${range(chosen)}, where √ε is small against the spacing of the points`
  return [
    claim(
      `The error of the generated points is proportional to √ε: an exponent of 0.5 to within ${TOLERANCE} (Figure 7)`,
      exponent(epsilons),
      few.length >= 2 ? { condition: condition(few), check: exponent(few) } : undefined,
    ),
    claim(
      'A smaller ε gives a smaller error (Figure 7)',
      atMost(
        'largest quotient of the errors of an ε and the one above',
        runs.map(({ distances }) => Math.max(...distances.slice(1).map((distance, k) => distance / (distances[k] as number)))),
        1,
      ),
    ),
    claim(
      'The error is that of the noise of the last step, of deviation √(1 − e^(−ε)), to within a tenth',
      quotient(epsilons),
      few.length > 0 ? { condition: condition(few), check: quotient(few) } : undefined,
    ),
  ]
}
