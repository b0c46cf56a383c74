/** The measures, their floors and bounds, and every column's divergence. */

import { comparisonRows, comparisonTable } from './comparison.js'
import { html, type Markup } from './html.js'
import type { ReportInput } from './input.js'
import { showNumber } from './numbers.js'
import { type Section, scrolling } from './section.js'
import { type Judgement, type Standing, standing } from './verdict.js'

const words: Readonly<Record<Standing, string>> = {
  within: '✓ within',
  above: '▲ above',
  below: '▼ below',
  unknown: 'no value',
  unjudged: 'not judged',
}

const standingCell = (where: Standing): Markup =>
  html`<td class="nowrap ${where === 'within' ? 'good' : where === 'above' || where === 'below' ? 'bad' : 'quiet'}">${words[where]}</td>`

const number = (value: number | null): Markup => html`<td class="number">${value === null ? '–' : showNumber(value)}</td>`

const manyColumns = 24

export const metricsSection = ({ metrics, bounds }: ReportInput, names: readonly string[], judged: readonly Judgement[]): Section => {
  const measures = scrolling(
    'Measures',
    html`<table>
<thead><tr><th scope="col">Measure</th><th scope="col" class="number">Samples</th><th scope="col" class="number">Allowed</th><th scope="col">Verdict</th><th scope="col" class="number">Training rows</th><th scope="col" class="number">Fresh halves</th></tr></thead>
<tbody>
${judged.map(
  (one) =>
    html`<tr><th scope="row">${one.name}</th>${number(one.generated)}<td class="number">${one.allowed}</td>${standingCell(one.standing)}${number(one.floor)}${number(one.halves)}</tr>
`,
)}</tbody>
</table>`,
  )
  const columns = scrolling(
    'Marginal KL of every column',
    html`<table>
<caption>Marginal KL of every column, in nats.</caption>
<thead><tr><th scope="col">Column</th><th scope="col" class="number">Samples</th>${bounds.klAboveFloor === undefined ? html`` : html`<th scope="col">Verdict</th>`}<th scope="col" class="number">Training rows</th><th scope="col" class="number">Fresh halves</th></tr></thead>
<tbody>
${names.map((name, j) => {
  const [generated, floor] = [metrics.generated.marginalKl[j] ?? null, metrics.floor.marginalKl[j] ?? null]
  return html`<tr><th scope="row">${name}</th>${number(generated)}${bounds.klAboveFloor === undefined ? html`` : standingCell(standing(generated, floor, bounds.klAboveFloor))}${number(floor)}${number(metrics.halves?.marginalKl[j] ?? null)}</tr>
`
})}</tbody>
</table>`,
  )
  const { ratio, reason } = metrics.memorisation
  const further = metrics.comparison === undefined ? [] : comparisonRows(metrics.comparison)
  return {
    id: 'metrics',
    title: 'Measures',
    body: html`<p class="lead">Each measure compares with the held-out rows. What real rows give is the floor: training rows against held-out rows, and one fresh half of the real rows against the other. A sample cannot be expected to do better than its floor.</p>
${measures}
${ratio === null && reason !== undefined ? html`<p class="small quiet">No memorisation ratio: ${reason}.</p>` : html``}
<div class="halves after">
<dl class="meanings">${[...judged, ...further].map(({ name, meaning }) => html`<dt>${name}</dt><dd>${meaning}</dd>`)}</dl>
<div>
${further.length === 0 ? html`` : comparisonTable(further)}
<div class="after">${names.length > manyColumns ? html`<details><summary>Marginal KL of all ${names.length} columns</summary>${columns}</details>` : columns}</div>
</div>
</div>`,
  }
}
