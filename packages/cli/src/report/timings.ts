/** How long each stage took, as bars of one scale. */

import * as Plot from '@observablehq/plot'
import { figure } from './figure.js'
import type { StageTiming, StageTimings } from './input.js'
import { showSeconds } from './numbers.js'
import { palette } from './palette.js'

export interface Stage extends StageTiming {
  readonly name: string
}

/** The stages in the order they run. */
export const stages = ({ labels, training, sampling }: StageTimings): Stage[] => [
  { name: 'Labels', ...labels },
  { name: 'Training', ...training },
  { name: 'Sampling', ...sampling },
]

/** The bars. A time that is not a number has none. */
export const timingFigure = (timings: StageTimings): string => {
  const all = stages(timings)
  const length = ({ seconds }: Stage): number => (Number.isFinite(seconds) && seconds > 0 ? seconds : 0)
  return figure(
    {
      width: 460,
      height: 132,
      marginLeft: 70,
      marginRight: 84,
      marginTop: 4,
      marginBottom: 4,
      x: { domain: [0, Math.max(...all.map(length), 1e-9)], axis: null },
      y: { domain: all.map(({ name }) => name), label: null, padding: 0.38 },
      marks: [
        Plot.barX(all, { x: length, y: 'name', fill: palette.neutral }),
        Plot.text(all, { x: length, y: 'name', text: ({ seconds }: Stage) => showSeconds(seconds), textAnchor: 'start', dx: 7 }),
        Plot.axisY({ tickSize: 0, tickPadding: 10, label: null }),
        Plot.ruleX([0], { strokeOpacity: 0.4 }),
      ],
    },
    `Bars of the time each stage took: ${all.map((stage) => `${stage.name.toLowerCase()} ${showSeconds(stage.seconds)}`).join(', ')}.`,
  )
}
