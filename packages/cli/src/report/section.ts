/** The parts every section is made of. */

import { html, type Markup } from './html.js'
import { showCount } from './numbers.js'

export interface Section {
  /** The anchor on the page. */
  readonly id: string
  readonly title: string
  readonly body: Markup
}

export const renderSection = ({ id, title, body }: Section): Markup => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`

export interface LegendEntry {
  readonly kind: string
  readonly text: string
}

export const legend = (entries: readonly LegendEntry[]): Markup =>
  html`<ul class="legend">${entries.map(({ kind, text }) => html`<li class="${kind}">${text}</li>`)}</ul>`

/** A table that scrolls sideways by itself when the page is narrow. */
export const scrolling = (label: string, table: Markup): Markup =>
  html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${table}</div>`

/** The columns drawn one by one; the table of measures has all of them. */
export const mostColumns = 24

/** Says how many columns are left out, if any are. */
export const omittedColumns = (count: number): Markup =>
  count > mostColumns
    ? html`<p class="small quiet after">The first ${mostColumns} of ${showCount(count)} columns are drawn; ${showCount(count - mostColumns)} are omitted. The table of measures has every column.</p>`
    : html``
