/** Data beside samples for the pairs of columns that tell most about each other. */

import { html, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { counted } from './numbers.js'
import { informativePairs } from './pairs.js'
import { dataRows, mostPoints, scatter, scatterFigure } from './scatter.js'
import type { Section } from './section.js'

const mostPairs = 6

const outsideText = ({ data, samples }: { readonly data: number; readonly samples: number }): string =>
  data + samples === 0 ? '' : `Outside the axes: ${counted(data, 'data point')}, ${counted(samples, 'sample')}.`

export const pairsSection = ({ heldOut, training, generated }: ReportInput, names: readonly string[]): Section => {
  const { rows, heldOutOnly } = dataRows(heldOut, training)
  const pairs = informativePairs(names, rows, mostPairs)
  const count = Math.min(rows.rows, generated.rows, mostPoints)
  const body =
    pairs.length === 0
      ? html`<p class="lead">The table has one column, so there is no pair to draw; its marginal is below.</p>`
      : html`<p class="lead">${counted(count, 'row')} of each on the same axes. Data are ${heldOutOnly ? 'held-out rows, which the model never saw' : 'held-out rows, filled up with training rows because they are few'}. ${
          names.length > 4 ? `These ${pairs.length} pairs of columns tell most about each other.` : ''
        }</p>
<div class="halves">
${pairs.map((pair) => {
  const drawn = scatter(rows, generated, pair, names, { width: 460, height: 264, dot: 3 })
  return html`<figure>${trusted(scatterFigure(drawn, pair, names))}<figcaption>${outsideText(drawn.outside)}</figcaption></figure>
`
})}</div>`
  return { id: 'pairs', title: 'Data beside samples', body }
}
