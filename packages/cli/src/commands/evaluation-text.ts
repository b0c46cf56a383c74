import type { SampleEvaluation } from '@tweedie/metrics'

/** What `evaluate --json` prints. */
export interface EvaluateOutcome {
  readonly real: string
  readonly generated: string
  /** How training rows were had: from a file, or as a random half of the real rows. */
  readonly training: string
  readonly columns: readonly string[]
  /** Columns that are not compared, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  readonly evaluation: SampleEvaluation
}

/** The metrics as a person reads them in a terminal. */
export const evaluationText = ({ real, generated, training, columns, leftOut, evaluation }: EvaluateOutcome): string => {
  const { generated: measured, floor, memorisation, distanceRatio, rows } = evaluation
  const width = Math.max(28, ...columns.map((name) => name.length + 6))
  const line = (name: string, ...cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join('')
  const pair = (name: string, value: number | null, low: number | null): string => line(name, shown(value), shown(low))
  return [
    `real       ${real} (${rows.heldOut} rows held out)`,
    `generated  ${generated} (${rows.generated} rows, ${rows.compared} compared)`,
    `training   ${training} (${rows.training} rows)`,
    ...leftOut.map(({ name, why }) => `left out   ${name} (${why})`),
    '',
    line('', 'generated', 'floor'),
    pair('mean marginal KL, nats', measured.meanMarginalKl, floor.meanMarginalKl),
    ...columns.map((name, j) => pair(`  KL ${name}`, measured.marginalKl[j] ?? null, floor.marginalKl[j] ?? null)),
    pair('energy distance', measured.energyDistance, floor.energyDistance),
    pair('sliced Wasserstein', measured.slicedWasserstein, floor.slicedWasserstein),
    ...comparisonRows(measured, floor).map(([name, value, low]) => pair(name, value, low)),
    line('memorisation ratio', shown(memorisation.ratio), '1'),
    ...(memorisation.reason === undefined ? [] : [`  ${memorisation.reason}`]),
    pair('distance ratio, median', distanceRatio.generated.median, distanceRatio.heldOut.median),
    pair('distance ratio, lowest 5 %', distanceRatio.generated.fifthPercentile, distanceRatio.heldOut.fifthPercentile),
    ...notes(measured, floor),
    '',
    'The floor is what training rows score against the held-out rows. Lower is better, and as low as the floor is as good as real data;',
    'but density, coverage, precision and recall are better high. A C2ST of 0.5 means that the classifier cannot tell the rows from real ones.',
    'A memorisation ratio near 0 means that rows were copied; above 1, that generated rows keep further from the training rows than new data does.',
    'The distance ratio is that of the nearest to the second nearest training row; its floor is that of the held-out rows.',
  ].join('\n')
}

type Compared = SampleEvaluation['generated']

/** The name, value and floor of each further metric that there is a value for. */
const comparisonRows = (measured: Compared, floor: Compared): [string, number | null, number | null][] => {
  const both = (name: string, of: (compared: Compared) => number | null | undefined): [string, number | null, number | null] => [
    name,
    of(measured) ?? null,
    of(floor) ?? null,
  ]
  return [
    both('largest Kolmogorov–Smirnov', ({ kolmogorovSmirnov }) => Math.max(...kolmogorovSmirnov)),
    both('correlation difference', ({ correlation }) => correlation.pearson?.maximum),
    both('rank correlation diff.', ({ correlation }) => correlation.spearman?.maximum),
    both('Sinkhorn divergence', ({ sinkhorn }) => sinkhorn.value),
    both('MMD², unbiased', ({ maximumMeanDiscrepancy }) => maximumMeanDiscrepancy.squared),
    both('C2ST accuracy', ({ classifier }) => classifier?.accuracy),
    both('C2ST area under ROC', ({ classifier }) => classifier?.area),
    both('density', ({ neighbourhood }) => neighbourhood?.density),
    both('coverage', ({ neighbourhood }) => neighbourhood?.coverage),
    both('precision', ({ neighbourhood }) => neighbourhood?.precision),
    both('recall', ({ neighbourhood }) => neighbourhood?.recall),
  ]
}

/** What a reader of the numbers should know about how they were had. */
const notes = ({ sinkhorn, classifier }: Compared, floor: Compared): string[] => [
  ...(classifier === null
    ? []
    : [
        '',
        `C2ST: ± ${shown(classifier.accuracyStandardError)} (accuracy) and ± ${shown(classifier.areaStandardError)} (area), ${classifier.rows} rows of each, ${classifier.folds} folds, ${classifier.classifier}.`,
      ]),
  ...(sinkhorn.converged && floor.sinkhorn.converged
    ? []
    : [
        `The Sinkhorn divergence did not converge: its marginals are off by ${shown(Math.max(sinkhorn.marginalError, floor.sinkhorn.marginalError))}.`,
      ]),
]

const shown = (value: number | null): string => (value === null ? '–' : value.toPrecision(4))
