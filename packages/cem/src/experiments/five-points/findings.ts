import { chiSquareSurvival } from '../../diagnostics/chi-square.js'
import { all, atLeast, atMost, claim, ordered, show } from '../parts/claims.js'
import { chiSquare, frequencyError, largestDeviation } from '../parts/frequencies.js'
import { measure } from '../parts/measures.js'
import type { ExperimentResult } from '../result.js'
import type { FivePointsRun, FivePointsSettings } from './run.js'

const POINTS = 5
/** Two-sided 3.3 standard errors: 9.7e-4 a frequency, at most 4.9e-3 for the five of a seed (Bonferroni). */
const STANDARD_ERRORS = 3.3
/** The p-value of χ² below which frequencies are no fifths. */
const LEAST = 0.005
/** Table 1, of 10,000 samples and other points. */
const TABLE = { samples: 10_000, shares: [0.2086, 0.1924, 0.2092, 0.1977, 0.1921] }

const pValue = (shares: readonly number[], samples: number): number => chiSquareSurvival(chiSquare(shares, samples), POINTS - 1)

/** χ² summed over seeds, whose degrees of freedom add up. */
const summed = (seeds: readonly (readonly number[])[], samples: number): number =>
  seeds.reduce((sum, shares) => sum + chiSquare(shares, samples), 0)

const summedPValue = (seeds: readonly (readonly number[])[], samples: number): number =>
  chiSquareSurvival(summed(seeds, samples), (POINTS - 1) * seeds.length)

export const fivePointsMeasures = (
  { steps, refinedSteps, samples, biasSamples }: FivePointsSettings,
  runs: readonly FivePointsRun[],
): ExperimentResult['measures'] => {
  const comparable = samples === TABLE.samples
  const variants = [
    { variant: `${steps} steps`, shares: runs.map((run) => run.shares), paper: comparable ? TABLE.shares : undefined },
    { variant: `${refinedSteps} steps`, shares: runs.map((run) => run.refinedShares), paper: undefined },
  ]
  return [
    ...variants.flatMap(({ variant, shares, paper }) => [
      ...Array.from({ length: POINTS }, (_, k) =>
        measure(
          { quantity: `frequency of point ${k + 1}`, variant, paper: paper?.[k] },
          shares.map((each) => each[k] as number),
        ),
      ),
      measure({ quantity: 'largest deviation from 0.2', variant, paper: paper && largestDeviation(paper) }, shares.map(largestDeviation)),
      measure(
        { quantity: 'χ² against equal frequencies, 4 degrees of freedom', variant, paper: paper && chiSquare(paper, samples) },
        shares.map((each) => chiSquare(each, samples)),
      ),
      measure(
        { quantity: 'its p-value', variant, paper: paper && pValue(paper, samples) },
        shares.map((each) => pValue(each, samples)),
      ),
    ]),
    ...[
      { variant: `${steps} steps`, shares: runs.map((run) => run.manyShares) },
      { variant: `${refinedSteps} steps`, shares: runs.map((run) => run.manyRefinedShares) },
    ].map(({ variant, shares }) =>
      measure(
        { quantity: `χ² of ${biasSamples} samples`, variant },
        shares.map((each) => chiSquare(each, biasSamples)),
      ),
    ),
    measure(
      { quantity: 'largest distance of a sample to the nearest point', variant: 'both grids' },
      runs.map((run) => run.farthest),
    ),
  ]
}

export const fivePointsClaims = (
  { steps, refinedSteps, samples, biasSamples }: FivePointsSettings,
  runs: readonly FivePointsRun[],
): ExperimentResult['claims'] => {
  const bound = STANDARD_ERRORS * frequencyError(POINTS, samples)
  const deviations = (variant: string, shares: readonly (readonly number[])[]) =>
    atMost(`largest deviation from 0.2 at ${variant}`, shares.map(largestDeviation), bound)
  const squares = (variant: string, shares: readonly (readonly number[])[]) =>
    atLeast(
      `p-value of χ² at ${variant}`,
      shares.map((each) => pValue(each, samples)),
      LEAST,
    )
  const coarse = runs.map((run) => run.shares)
  const refined = runs.map((run) => run.refinedShares)
  const many = runs.map((run) => run.manyShares)
  const manyRefined = runs.map((run) => run.manyRefinedShares)
  return [
    claim(
      'Samples of a normal law are entirely absorbed into the five points (Figure 5)',
      // σ of the last time before 0 is below this: what is left is rounding, in single precision on some backends.
      atMost(
        'largest distance to the nearest point',
        runs.map((run) => run.farthest),
        1e-4,
      ),
    ),
    claim(
      `The frequencies of absorption are 0.2 to within Monte Carlo error: ${STANDARD_ERRORS} standard errors of ${samples} samples, ${show(bound)} (Table 1)`,
      all(deviations(`${steps} steps`, coarse), squares(`${steps} steps`, coarse)),
      {
        condition: `the same grid with ${refinedSteps} steps in place of ${steps}, whose discretisation moves mass between points`,
        check: all(deviations(`${refinedSteps} steps`, refined), squares(`${refinedSteps} steps`, refined)),
      },
    ),
    claim(
      `${steps} steps leave a bias of the frequencies, of whose χ² ${refinedSteps} steps leave less than half (${biasSamples} samples a seed, summed over seeds)`,
      all(
        atMost(`p-value of the summed χ² at ${steps} steps`, [summedPValue(many, biasSamples)], LEAST),
        ordered(
          'summed χ²',
          [
            [`${refinedSteps} steps`, [summed(manyRefined, biasSamples)]],
            [`${steps} steps`, [summed(many, biasSamples)]],
          ],
          0.5,
        ),
      ),
    ),
  ]
}
