/** The command and the settings that make the report again. */

import { html } from './html.js'
import type { ReportInput } from './input.js'
import { counted } from './numbers.js'
import { type Section, scrolling } from './section.js'

export const settingsSection = ({ command, settings, source, rows, columns, created }: ReportInput): Section => {
  const all: readonly (readonly [string, string])[] = [
    ['source', source],
    ['table', `${counted(rows, 'row')} × ${counted(columns, 'column')}`],
    ...(created === undefined ? [] : [['created', created] as const]),
    ...settings,
  ]
  return {
    id: 'settings',
    title: 'How to make this again',
    body: html`<pre><code>${command}</code></pre>
${scrolling(
  'Settings',
  html`<table>
<thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
<tbody>
${all.map(
  ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`,
)}</tbody>
</table>`,
)}`,
  }
}
