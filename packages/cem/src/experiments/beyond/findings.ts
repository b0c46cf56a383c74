import { alongQuantities, massDeviation, meanDistance } from '../parts/along-support.js'
import { all, atMost, claim, ordered, within } from '../parts/claims.js'
import { massFigure, samplesPanel } from '../parts/curve-panels.js'
import { against, scatter } from '../parts/figure-points.js'
import { measure } from '../parts/measures.js'
import type { PerSeed } from '../parts/seeds.js'
import type { Claim, Figure, Measure, Panel, Role } from '../result.js'
import type { BeyondOutcome, BeyondRun, OnSupport } from './run.js'

const PAPER = "spiral, the paper's CEM"
const nameOf = ({ support }: OnSupport): string => `${support.name}, our recipe`
const roles: readonly Role[] = ['first', 'second', 'third']

export const beyondMeasures = (runs: PerSeed<BeyondRun>): readonly Measure[] => {
  const variants: readonly (readonly [name: string, of: (run: BeyondRun) => BeyondOutcome])[] = [
    [PAPER, ({ paper }) => paper],
    ...runs[0].ours.map((one, k) => [nameOf(one), ({ ours }: BeyondRun) => ours[k] as OnSupport] as const),
  ]
  const each = (quantity: string, of: (outcome: BeyondOutcome) => number, paper?: number): readonly Measure[] =>
    variants.map(([variant, pick]) =>
      measure(
        { quantity, variant, ...(paper !== undefined && variant === PAPER && { paper }) },
        runs.map((run) => of(pick(run))),
      ),
    )
  return [
    ...alongQuantities.flatMap(([quantity, of], k) => each(quantity, ({ along }) => of(along), k === 0 ? 0.023 : undefined)),
    ...each('multiplications and additions of the training', ({ cost }) => cost),
    ...runs[0].ours.flatMap((one, k) => [
      measure(
        { quantity: 'intrinsic dimension read off (65)', variant: nameOf(one) },
        runs.map(({ ours }) => (ours[k] as OnSupport).dimension),
      ),
    ]),
  ]
}

export const beyondClaims = (runs: PerSeed<BeyondRun>): readonly Claim[] => {
  const of = (pick: (run: BeyondRun) => number): readonly number[] => runs.map(pick)
  const spiralOf = ({ ours }: BeyondRun): OnSupport => ours[0]
  return [
    claim(
      "Ours: at no more than the training cost of the paper's CEM, another recipe leaves samples of the spiral nearer to it",
      all(
        ordered('mean distance', [
          ['our recipe', of((run) => meanDistance(spiralOf(run).along))],
          ['CEM as in the paper', of(({ paper }) => meanDistance(paper.along))],
        ]),
        atMost(
          'training cost over that of the paper',
          of((run) => spiralOf(run).cost / run.paper.cost),
          1,
        ),
      ),
    ),
    claim(
      'Ours: the mean distance to the spiral is at most 0.010',
      atMost(
        'mean distance',
        of((run) => meanDistance(spiralOf(run).along)),
        0.01,
      ),
    ),
    claim(
      'Ours: the mass in each of 12 bins along the spiral is within 20 % of that of the data',
      atMost(
        'largest deviation',
        of((run) => massDeviation(spiralOf(run).along)),
        0.2,
      ),
    ),
    ...runs[0].ours.map((one, k) => {
      const { name, intrinsicDimension } = one.support
      return claim(
        `Eq. (65): the loss of the trained model at small times tells the dimension of the ${name}, ${intrinsicDimension}, within a tenth`,
        within(
          'dimension',
          of(({ ours }) => (ours[k] as OnSupport).dimension),
          [intrinsicDimension - 0.1, intrinsicDimension + 0.1],
        ),
      )
    }),
  ]
}

export const beyondFigures = ({ paper, ours }: BeyondRun): readonly Figure[] => {
  const [onSpiral, onSurface, onCurve] = ours
  const projection = ({ support, samples }: OnSupport, role: Role, columns: readonly [number, number]): Panel => ({
    title: `${support.name}: x${columns[0] + 1}, x${columns[1] + 1}`,
    x: { label: `x${columns[0] + 1}` },
    y: { label: `x${columns[1] + 1}` },
    square: true,
    marks: [{ kind: 'dots', role, size: 1.5, points: scatter(samples, 2000, columns) }],
  })
  return [
    {
      id: 'beyond-samples',
      title: "The paper's CEM and our recipe",
      caption: 'Samples of the spiral by both; of a torus in R³ and of a closed curve in R¹⁶ by our recipe, two coordinates at a time.',
      panels: [
        samplesPanel("spiral, the paper's CEM", 'cem', paper.samples),
        samplesPanel('spiral, our recipe', 'first', onSpiral.samples),
        projection(onSurface, 'second', [0, 1]),
        projection(onSurface, 'second', [0, 2]),
        projection(onCurve, 'third', [0, 1]),
        projection(onCurve, 'third', [2, 3]),
      ],
    },
    massFigure('beyond-mass', [
      {
        title: 'spiral',
        series: [
          { role: 'cem', label: "the paper's CEM", mass: paper.along.mass },
          { role: 'first', label: 'our recipe', mass: onSpiral.along.mass },
        ],
      },
    ]),
    {
      id: 'beyond-dimension',
      title: 'The dimension of the support, from the loss',
      caption:
        'E|X₀ − m(X_t, t)|² over σ²/α² with m the trained model, eq. (65): where the noise is small against the support it is the dimension.',
      panels: [
        {
          title: 'Loss over σ²/α²',
          x: { label: 'σ/α', scale: 'log' },
          y: { label: 'E|X₀ − m|² α²/σ²', domain: [0, 3] },
          marks: [
            { kind: 'level', role: 'reference', label: '1', y: 1 },
            { kind: 'level', role: 'data', label: '2', y: 2 },
            ...ours.map(({ support, variances }, k) => ({
              kind: 'line' as const,
              role: roles[k] as Role,
              label: support.name,
              points: against(
                variances.map(({ noiseToSignal }) => Math.sqrt(noiseToSignal)),
                variances.map(({ mean, noiseToSignal }) => mean / noiseToSignal),
              ),
            })),
          ],
        },
      ],
    },
  ]
}
