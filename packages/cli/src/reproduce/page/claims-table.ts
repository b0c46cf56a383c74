/** The statements of all experiments with their verdicts, at the top of the page. */

import { html, type Markup } from '../../report/html.js'
import { scrolling } from '../../report/section.js'
import type { ResultFile } from '../result-file.js'
import { verdictWords } from './verdict.js'

export const claimsTable = (results: readonly ResultFile[]): Markup =>
  results.every(({ claims }) => claims.length === 0)
    ? html``
    : scrolling(
        'Statements of the paper and verdicts',
        html`<table class="claims">
<thead><tr><th scope="col">Experiment</th><th scope="col">Statement of the paper</th><th scope="col">Verdict</th></tr></thead>
${results
  .filter(({ claims }) => claims.length > 0)
  .map(
    ({ name, claims }) => html`<tbody>
${claims.map(
  (claim, k) =>
    html`<tr>${k === 0 ? html`<th scope="rowgroup" rowspan="${claims.length}"><a href="#${name}">${name}</a></th>` : html``}<td>${claim.statement}</td><td class="verdict-cell">${verdictWords(claim)}</td></tr>
`,
)}</tbody>
`,
  )}</table>`,
      )
