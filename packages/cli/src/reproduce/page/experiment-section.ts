/** The section of one experiment. */

import { html, type Markup, trusted } from '../../report/html.js'
import { counted, showSeconds } from '../../report/numbers.js'
import type { Section } from '../../report/section.js'
import { scrolling } from '../../report/section.js'
import type { StoredExperiment } from '../experiment-folder.js'
import { inlineFigure } from '../figure/index.js'
import type { ResultFile } from '../result-file.js'
import { measuresTable } from './measures.js'
import { verdictWords } from './verdict.js'

/** `Quick scale, seeds 0, 1, 2`. */
export const scaleWords = ({ scale, seeds }: Pick<ResultFile, 'scale' | 'seeds'>): string =>
  `${scale === 'paper' ? 'The paper’s scale' : 'Quick scale'}, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`

export const experimentSection = ({ result, figures }: StoredExperiment): Section => ({
  id: result.name,
  title: result.title,
  body: html`<p class="lead">${result.source}. ${scaleWords(result)}.</p>
${result.figures.map(({ file, caption }) => figureOf(figures.get(file) ?? '', caption))}${measuresTable(result.measures)}
${claimsOf(result)}${remarksOf(result)}${settingsOf(result)}
${timingsOf(result)}`,
})

const figureOf = (svg: string, caption: string): Markup => html`<figure class="panels${svg.includes('viewBox="0 0 600 ') ? ' one' : ''}">
${trusted(inlineFigure(svg))}
<figcaption>${caption}</figcaption>
</figure>
`

const claimsOf = ({ claims }: ResultFile): Markup =>
  claims.length === 0
    ? html``
    : html`<h3>What the paper says</h3>
<dl class="claimed">
${claims.map(
  (claim) =>
    html`<dt>${claim.statement}</dt>
<dd>${verdictWords(claim)}</dd>
<dd>${claim.evidence}</dd>
`,
)}</dl>
`

const remarksOf = ({ remarks }: ResultFile): Markup =>
  remarks.length === 0
    ? html``
    : html`<h3>Remarks</h3>
${remarks.map(
  (remark) => html`<p>${remark}</p>
`,
)}`

const settingsOf = ({ settings }: ResultFile): Markup =>
  html`<details><summary>Settings</summary><pre><code>${JSON.stringify(settings, undefined, 2)}</code></pre></details>`

const timingsOf = ({ timings, tweedie }: ResultFile): Markup => {
  const { seconds, stages, found, backend, threads, machine, date } = timings
  const where = `${backend}${threads === undefined ? '' : `, ${counted(threads, 'thread')}`}; Node ${machine.node} on ${machine.platform}, ${counted(machine.processors, 'processor')}`
  return html`<details><summary>It took ${showSeconds(seconds)}</summary>
<p class="small quiet">Ended ${date.slice(0, 16).replace('T', ' ')} UTC, tweedie ${tweedie}, ${where}.${found === 0 ? '' : ` An earlier run had computed ${counted(found, 'entry', 'entries')} of the store, whose time is not counted.`}</p>
${
  stages.length === 0
    ? html``
    : scrolling(
        'Timings',
        html`<table>
<thead><tr><th scope="col">Stage</th><th scope="col" class="number">Time</th></tr></thead>
<tbody>
${stages.map(
  (each) => html`<tr><th scope="row">${each.stage}</th><td class="number">${showSeconds(each.seconds)}</td></tr>
`,
)}</tbody>
</table>`,
      )
}</details>`
}
