/** How long the three stages took. */

import { html, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { showCount, showNumber, showSeconds } from './numbers.js'
import { type Section, scrolling } from './section.js'
import { stages, timingFigure } from './timings.js'

export const timingsSection = ({ timings }: ReportInput): Section => {
  const all = stages(timings)
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0)
  const rate = (count: number, seconds: number): string => (seconds > 0 && Number.isFinite(seconds) ? showNumber(count / seconds) : '–')
  return {
    id: 'timings',
    title: 'Timings',
    body: html`<p class="lead">Labels are made by the score of the data alone, the network learns them, and drawing samples is one pass through it. Together ${showSeconds(total)}.</p>
<figure class="single">${trusted(timingFigure(timings))}</figure>
${scrolling(
  'Timings',
  html`<table>
<thead><tr><th scope="col">Stage</th><th scope="col" class="number">Time</th><th scope="col" class="number">Made</th><th scope="col">of</th><th scope="col" class="number">per second</th></tr></thead>
<tbody>
${all.map(
  ({ name, seconds, count, of }) =>
    html`<tr><th scope="row">${name}</th><td class="number">${showSeconds(seconds)}</td><td class="number">${showCount(count)}</td><td>${of}</td><td class="number">${rate(count, seconds)}</td></tr>
`,
)}</tbody>
</table>`,
)}`,
  }
}
