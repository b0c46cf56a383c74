/** The table of measures: ours, its spread over seeds, and the paper's. */

import type { Measure } from '@tweedie/cem'
import { html, type Markup } from '../../report/html.js'
import { showNumber } from '../../report/numbers.js'
import { scrolling } from '../../report/section.js'

/** A number that was given, with no more digits than it has. */
const given = (value: number): string => {
  const digits = [1, 2, 3, 4, 5].find((count) => Number(value.toPrecision(count)) === value) ?? 6
  return showNumber(value, digits)
}

const spread = ({ perSeed }: Measure): string => {
  if (perSeed === undefined || perSeed.length < 2) return '–'
  const [least, most] = [perSeed.reduce((a, b) => Math.min(a, b)), perSeed.reduce((a, b) => Math.max(a, b))]
  return least === most ? 'none' : `${showNumber(least)} to ${showNumber(most)}`
}

/** The measures of each quantity, which share its name, in the order in which quantities first come. */
const groups = (measures: readonly Measure[]): readonly (readonly Measure[])[] => {
  const all = new Map<string, Measure[]>()
  for (const measure of measures) {
    const id = JSON.stringify([measure.quantity, measure.unit])
    all.set(id, [...(all.get(id) ?? []), measure])
  }
  return Array.from(all.values())
}

export const measuresTable = (measures: readonly Measure[]): Markup => {
  if (measures.length === 0) return html``
  const seeds = measures.some(({ perSeed }) => (perSeed?.length ?? 0) > 1)
  const paper = measures.some((measure) => measure.paper !== undefined)
  const row = (measure: Measure, first: Markup): Markup =>
    html`<tr>${first}<td>${measure.variant}</td><td class="number">${showNumber(measure.ours)}</td>${seeds ? html`<td class="number">${spread(measure)}</td>` : html``}${paper ? html`<td class="number">${measure.paper === undefined ? '–' : given(measure.paper)}</td>` : html``}</tr>
`
  const name = ({ quantity, unit }: Measure, rows: number): Markup =>
    html`<th scope="rowgroup" rowspan="${rows}">${quantity}${unit === undefined ? html`` : html` <span class="quiet">(${unit})</span>`}</th>`
  return html`<h3>Measures</h3>
${scrolling(
  'Measures',
  html`<table>
<thead><tr><th scope="col">Quantity</th><th scope="col">Variant</th><th scope="col" class="number">Ours${seeds ? ', first seed' : ''}</th>${seeds ? html`<th scope="col" class="number">Least to most over seeds</th>` : html``}${paper ? html`<th scope="col" class="number">The paper’s</th>` : html``}</tr></thead>
${groups(measures).map(
  (group) =>
    html`<tbody>
${group.map((measure, k) => row(measure, k === 0 ? name(measure, group.length) : html``))}</tbody>
`,
)}</table>`,
)}`
}
