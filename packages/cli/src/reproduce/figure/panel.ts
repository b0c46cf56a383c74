/** One panel: title, axes, marks. */

import * as Plot from '@observablehq/plot'
import { drawing } from '../../report/figure.js'
import { escapeHtml } from '../../report/html.js'
import { axisX, axisY } from '../../report/marks.js'
import { type DrawnMark, drawMarks } from './draw-marks.js'
import { type Layout, type PlacedPanel, right, wrapped } from './layout.js'
import { panelAxis } from './panel-axis.js'

/** Below the frame: ticks and the name of the axis. */
const below = 44
const titleLine = 16

export interface DrawnPanel {
  readonly inside: string
  readonly marks: readonly DrawnMark[]
}

export const titleLines = ({ panel }: PlacedPanel, { panelWidth }: Layout): readonly string[] => wrapped(panel.title, panelWidth - 4)

/** The height of a row of panels whose longest title has so many lines. */
export const rowHeight = ({ frame }: Layout, lines: number): number => Math.ceil(top(lines) + frame.height + below)

const top = (lines: number): number => lines * titleLine + 10

/** Draws a panel with room for `lines` lines of title; a shorter title stands next to the frame. */
export const drawPanel = (placed: PlacedPanel, whole: Layout, lines: number): DrawnPanel => {
  const { panel, x, y } = placed
  const { frame, left, panelWidth } = whole
  const marks = drawMarks(panel.marks, x, y)
  const { inside } = drawing({
    width: panelWidth,
    height: rowHeight(whole, lines),
    marginLeft: left,
    marginRight: right,
    marginTop: top(lines),
    marginBottom: rowHeight(whole, lines) - top(lines) - frame.height,
    x: { type: x.type, domain: [...x.domain] },
    y: { type: y.type, domain: [...y.domain] },
    marks: [
      axisX(panelAxis(x, frame.width, 'horizontal'), panel.x.label, frame.width + left),
      axisY(panelAxis(y, frame.height, 'vertical'), panel.y.label, frame.height + top(lines)),
      Plot.frame({ strokeOpacity: 0.18 }),
      ...marks.map(({ plot }) => plot),
    ],
  })
  const title = titleLines(placed, whole)
    .map((text, k, all) => {
      const baseline = top(lines) - 8 - (all.length - 1 - k) * titleLine
      return `<text x="${Math.round(left + frame.width / 2)}" y="${baseline}" font-weight="600">${escapeHtml(text)}</text>`
    })
    .join('')
  return { inside: `${title}${inside}`, marks }
}
