/** The report of all experiments in a folder as one page: nothing is fetched, nothing runs. */

import { createHash } from 'node:crypto'
import { html, type Markup, trusted } from '../../report/html.js'
import { renderSection } from '../../report/section.js'
import type { StoredExperiment } from '../experiment-folder.js'
import { claimsTable } from './claims-table.js'
import { experimentSection } from './experiment-section.js'
import { style } from './style.js'
import { verdictSentence } from './verdict.js'

/** What says that a page is ours and may be replaced. */
export const generator = '<meta name="generator" content="tweedie reproduce">'

/** Only this page's own style sheet, known by its hash; no script, no picture, no font, no request. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

const notices = (all: readonly string[]): Markup =>
  all.length === 0
    ? html``
    : html`<div class="notices" role="note"><strong>Left out</strong><ul>${all.map((notice) => html`<li>${notice}</li>`)}</ul></div>
`

/**
 * The page. `experiments` stand in the order given; `leftOut` says what lies in the folder and could not be shown. The same input gives the same
 * bytes.
 */
export const renderPage = (experiments: readonly StoredExperiment[], leftOut: readonly string[]): string => {
  const results = experiments.map(({ result }) => result)
  const claims = results.flatMap((result) => result.claims)
  const sections = experiments.map(experimentSection)
  const passed = claims.length > 0 && claims.every(({ verdict }) => verdict === 'reproduced')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${trusted(generator)}
<title>Two papers, computed again</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>Two papers, computed again</h1>
<p class="quiet">Mathematical analysis of singularities in the diffusion model under the submanifold assumption (the CEM paper, arXiv 2301.07882), and
Diffusion-model-assisted supervised learning of generative models for density estimation (the density paper, arXiv 2310.14458)</p>
<div class="verdict ${passed ? 'passed' : 'open'}"><p>${verdictSentence(claims)}</p></div>
${notices(leftOut)}${claimsTable(results)}
<nav aria-label="Experiments"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(renderSection)}</main>
</body>
</html>
`.markup
}
