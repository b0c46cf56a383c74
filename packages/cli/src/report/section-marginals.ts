/** Every column by itself. */

import { histogram } from './histogram.js'
import { html, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { marginalFigure } from './marginals.js'
import { showCount, showNumber, showPercent } from './numbers.js'
import { legend, mostColumns, omittedColumns, type Section } from './section.js'
import { sortedColumn } from './spread.js'

const divergences = (generated: number | null, floor: number | null): string =>
  generated === null
    ? 'no KL: held-out values are all equal'
    : `KL ${showNumber(generated, 2)}${floor === null ? '' : ` (floor ${showNumber(floor, 2)})`}`

export const marginalsSection = ({ heldOut, generated, metrics }: ReportInput, names: readonly string[]): Section => {
  const bins = names.slice(0, mostColumns).map((_, j) => histogram(sortedColumn(heldOut, j), sortedColumn(generated, j)))
  const beyond = ({ data, samples }: { readonly data: number; readonly samples: number }): string =>
    samples > 0.005 || data > 0.005 ? `. Beyond the axis: ${showPercent(data)} of held-out rows, ${showPercent(samples)} of samples` : ''
  const logarithmic = bins.some((one) => one.logarithmic)
  return {
    id: 'marginals',
    title: 'Marginals',
    body: html`<p class="lead">Each column by itself: the share of rows in each bin.${logarithmic ? ' Columns with a long tail have a logarithmic share axis.' : ''} KL is the divergence from held-out values to samples; its floor is what training rows give.</p>
${legend([
  { kind: 'data area', text: `held-out rows (${showCount(heldOut.rows)})` },
  { kind: 'samples line', text: `samples (${showCount(generated.rows)})` },
])}
<div class="small-multiples">
${bins.map(
  (
    one,
    j,
  ) => html`<figure><h3 title="${names[j] as string}">${names[j] as string}</h3>${trusted(marginalFigure(one, names[j] as string))}<figcaption>${divergences(metrics.generated.marginalKl[j] ?? null, metrics.floor.marginalKl[j] ?? null)}${beyond(one.beyond)}</figcaption></figure>
`,
)}</div>
${omittedColumns(names.length)}`,
  }
}
