/** The way from noise to data, by the ODE and by the SDE. */

import { html, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { counted } from './numbers.js'
import type { Section } from './section.js'
import { trajectoryFigures } from './trajectories.js'

export const trajectoriesSection = ({ trajectories }: ReportInput): Section => {
  const drawn = trajectoryFigures(trajectories)
  return {
    id: 'trajectories',
    title: 'From noise to data: ODE beside SDE',
    body:
      drawn === undefined
        ? html`<p class="lead">No trajectories were recorded.</p>`
        : html`<p class="lead">${counted(drawn.paths, 'starting point')}, the same for both, carried from noise to data. The ODE’s map is smooth: neighbours stay neighbours, so a network can learn it. The SDE adds fresh noise on the way and mixes them. Colour is the place of the starting point along ${trajectories?.names[trajectories.axes[0]] ?? 'the first coordinate'}; dots are where paths end.</p>
<div class="halves">
<figure>${trusted(drawn.overTime)}</figure>
${drawn.plane === undefined ? html`` : html`<figure>${trusted(drawn.plane)}</figure>`}
</div>`,
  }
}
