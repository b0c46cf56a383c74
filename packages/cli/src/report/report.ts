/** The report as one page: nothing is fetched, nothing runs. */

import { createHash } from 'node:crypto'
import { checkInput, drawableInput } from './check-input.js'
import { html, type Markup, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { shownNames } from './labels.js'
import { counted, showCount, showNumber, showSeconds } from './numbers.js'
import { renderSection, type Section } from './section.js'
import { correlationsSection } from './section-correlations.js'
import { lossSection } from './section-loss.js'
import { marginalsSection } from './section-marginals.js'
import { metricsSection } from './section-metrics.js'
import { pairsSection } from './section-pairs.js'
import { settingsSection } from './section-settings.js'
import { timingsSection } from './section-timings.js'
import { trajectoriesSection } from './section-trajectories.js'
import { style } from './style.js'
import { type Judgement, judgements, ratioName, verdict } from './verdict.js'

/** Only this page's own style sheet, known by its hash; no script, no picture, no font, no request. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

const keyNumber = (name: string, value: string, beside: string): Markup =>
  html`<div><dt>${name}</dt><dd><div class="value">${value}</div><div class="beside">${beside}</div></dd></div>
`

const measured = ({ name, generated, floor }: Judgement): Markup =>
  keyNumber(
    name,
    generated === null ? '–' : showNumber(generated),
    name === ratioName ? '1 is what fresh data gives' : floor === null ? 'no floor' : `training rows: ${showNumber(floor)}`,
  )

const keyNumbers = (judged: readonly Judgement[], { timings: { sampling } }: ReportInput): Markup => html`<dl class="key">
${judged.filter(({ name }) => name !== 'Sliced Wasserstein distance').map(measured)}${keyNumber('Drawing samples', showSeconds(sampling.seconds), `${showCount(sampling.count)} ${sampling.of}`)}</dl>`

const notices = (all: readonly string[]): Markup =>
  all.length === 0
    ? html``
    : html`<div class="notices" role="note"><strong>To know</strong><ul>${all.map((notice) => html`<li>${notice}</li>`)}</ul></div>`

const navigation = (sections: readonly Section[]): Markup =>
  html`<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`

/**
 * The report as a complete HTML page. It loads nothing and holds no script, so it works offline, from a mail and under a strict
 * content security policy. The same input gives the same bytes.
 *
 * Throws `ShapeMismatch` when tables, names and metrics differ in columns, `InvalidArgument` for an empty table, and `NotFinite`.
 */
export const renderReport = (given: ReportInput): string => {
  checkInput(given)
  const input = drawableInput(given)
  const names = shownNames(input.names)
  const judged = judgements(input)
  const { passed, sentence, remark } = verdict(input)
  const samples = [
    pairsSection(input, names),
    marginalsSection(input, names),
    correlationsSection(input, names),
    metricsSection(input, names, judged),
    trajectoriesSection(input),
  ]
  const course = [lossSection(input), timingsSection(input)]
  const settings = settingsSection(input)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${input.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>${input.title}</h1>
<p class="quiet">${input.source}: ${counted(input.rows, 'row')} × ${counted(input.columns, 'column')}${input.created === undefined ? '' : `, ${input.created}`}</p>
<div class="verdict ${passed === null ? 'open' : passed ? 'passed' : 'failed'}"><p>${sentence}</p>${remark === '' ? html`` : html`<p class="remark">${remark}</p>`}</div>
${keyNumbers(judged, input)}
${notices(input.notices)}
${navigation([...samples, ...course, settings])}
</header>
<main>
${samples.map(renderSection)}<div class="columns">
${course.map(renderSection)}</div>
${renderSection(settings)}</main>
</body>
</html>
`.markup
}
