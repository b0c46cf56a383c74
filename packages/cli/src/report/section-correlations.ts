/** Rank correlations of both tables, and where they differ. */

import { correlationFigure, narrowColumns } from './correlation.js'
import { html, type Markup, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { showNumber } from './numbers.js'
import { correlationChange, rankCorrelation } from './rank-correlation.js'
import { mostColumns, omittedColumns, type Section } from './section.js'
import { spreadRows } from './spread.js'

const mostRows = 5000

export const correlationsSection = ({ heldOut, generated }: ReportInput, names: readonly string[]): Section => {
  const shown = names.slice(0, mostColumns)
  const places = Array.from(shown.keys())
  const data = rankCorrelation(spreadRows(heldOut, mostRows), places)
  const samples = rankCorrelation(spreadRows(generated, mostRows), places)
  const { difference, largest, mean } = correlationChange(data, samples)
  const summary =
    largest === undefined
      ? 'No pair of columns has one in both tables.'
      : `The largest difference is between ${names[largest.a]} and ${names[largest.b]}: ${showNumber(largest.data, 2)} in the data, ${showNumber(largest.samples, 2)} in the samples. The mean absolute difference is ${showNumber(mean, 2)}.`
  const panel = (title: string, matrix: readonly (readonly (number | null)[])[], full: number, label: string): Markup =>
    html`<figure><h3>${title}</h3>${trusted(correlationFigure(matrix, shown, full, label))}</figure>
`
  const constant = [...data, ...samples].some((row) => row.every((value) => value === null))
  const body =
    shown.length === 1
      ? html`<p class="lead">The table has one column, so there is nothing to correlate.</p>`
      : html`<p class="lead">Spearman’s rank correlation of every two columns: green is positive, violet negative, full colour is 1, in the difference 0.5. ${summary}${constant ? ' A column that does not vary has no correlation.' : ''}</p>
<div class="${shown.length > narrowColumns ? 'halves' : 'thirds'}">
${panel('Held-out rows', data, 1, `Matrix of rank correlations in the held-out rows. ${summary}`)}${panel('Samples', samples, 1, 'Matrix of rank correlations in the samples, in the same order.')}${panel('Samples less held-out rows', difference, 0.5, `Matrix of the differences. ${summary}`)}</div>
${omittedColumns(names.length)}`
  return { id: 'correlations', title: 'Correlations', body }
}
