/** The measures that have no bound: two samples as a classifier, their columns and their neighbours see them. */

import type { SampleComparison } from '@tweedie/metrics'
import { html, type Markup } from './html.js'
import type { ReportComparison } from './input.js'
import { showNumber } from './numbers.js'
import { scrolling } from './section.js'

export interface ComparisonRow {
  readonly name: string
  /** What it measures, and which direction is better. */
  readonly meaning: string
  readonly generated: string
  /** What real rows give. */
  readonly floor: string
}

const shown = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : showNumber(value))

const withError = (value: number | undefined, error: number | undefined): string =>
  value === undefined || error === undefined ? '–' : `${value.toFixed(3)} ± ${error.toFixed(3)}`

const measures: readonly { readonly name: string; readonly meaning: string; readonly of: (compared: SampleComparison) => string }[] = [
  {
    name: 'Classifier accuracy (C2ST)',
    meaning:
      'How often gradient boosting tells a sample from a held-out row, on rows it was not trained on, with its standard error. ½ is chance, and best.',
    of: ({ classifier }) => withError(classifier?.accuracy, classifier?.accuracyStandardError),
  },
  {
    name: 'Largest Kolmogorov–Smirnov',
    meaning: 'The largest gap between the distribution functions of one column, of all columns. Lower is better.',
    of: ({ kolmogorovSmirnov }) => shown(kolmogorovSmirnov.length === 0 ? null : Math.max(...kolmogorovSmirnov)),
  },
  {
    name: 'Correlation difference',
    meaning: 'The largest difference of a correlation between two columns. Lower is better.',
    of: ({ correlation }) => shown(correlation.pearson?.maximum),
  },
  {
    name: 'Rank correlation difference',
    meaning: 'The same of Spearman’s correlation, which outliers do not lead. Lower is better.',
    of: ({ correlation }) => shown(correlation.spearman?.maximum),
  },
  {
    name: 'Density',
    meaning:
      'How many neighbourhoods of held-out rows a sample lies in, over what is expected: 1 for real rows; below, samples lie astray.',
    of: ({ neighbourhood }) => shown(neighbourhood?.density),
  },
  {
    name: 'Coverage',
    meaning: 'The share of held-out rows with a sample in their neighbourhood. Higher is better, up to the floor.',
    of: ({ neighbourhood }) => shown(neighbourhood?.coverage),
  },
]

/** Every measure that has no bound, beside what real rows give. */
export const comparisonRows = ({ generated, floor, distanceRatio }: ReportComparison): ComparisonRow[] => [
  ...measures.map(({ name, meaning, of }) => ({ name, meaning, generated: of(generated), floor: of(floor) })),
  {
    name: 'Nearest-neighbour ratio',
    meaning:
      'The distance to the nearest training row over that to the second nearest, lowest 5 %; beside it that of held-out rows. Far below them, samples single out training rows.',
    generated: shown(distanceRatio.generated.fifthPercentile),
    floor: shown(distanceRatio.heldOut.fifthPercentile),
  },
]

export const comparisonTable = (rows: readonly ComparisonRow[]): Markup =>
  scrolling(
    'Further measures',
    html`<table>
<caption>Further measures, which have no bound.</caption>
<thead><tr><th scope="col">Measure</th><th scope="col" class="number">Samples</th><th scope="col" class="number">Real rows</th></tr></thead>
<tbody>
${rows.map(
  ({ name, generated, floor }) =>
    html`<tr><th scope="row">${name}</th><td class="number">${generated}</td><td class="number">${floor}</td></tr>
`,
)}</tbody>
</table>`,
  )

const percent = (accuracy: number, error: number): string => `${(100 * accuracy).toFixed(1)} ± ${(100 * error).toFixed(1)}`

/** What the classifier says, in one sentence; none where there were too few rows for it. */
export const classifierRemark = (comparison: ReportComparison | undefined): string[] => {
  const [measured, floor] = [comparison?.generated.classifier ?? null, comparison?.floor.classifier ?? null]
  if (measured === null) return []
  const [samples, rows] = [measured, floor].map((one) => one && percent(one.accuracy, one.accuracyStandardError))
  return [
    `A classifier tells samples from held-out rows in ${samples}\u00a0% of cases${rows ? `, training rows in ${rows}\u00a0%` : ''}; 50\u00a0% is chance.`,
  ]
}
