/** One column at a time: held-out rows as an area, generated rows as a line over it. */

import * as Plot from '@observablehq/plot'
import { type FigureOptions, figure } from './figure.js'
import type { Histogram } from './histogram.js'
import { axisX, axisY, marginLeft } from './marks.js'
import { showPercent } from './numbers.js'
import { palette } from './palette.js'
import { type Axis, linearAxis, logAxis, percentTick } from './ticks.js'

const margins = { marginTop: 8, marginBottom: 26, marginRight: 10 }

export interface MarginalSize {
  readonly width: number
  readonly height: number
}

/** The outline of the bins: each share at both of its edges, from and back to `ground`. */
const outline = (edges: readonly number[], shares: readonly number[], ground: number): [number, number][] => [
  [edges[0] as number, ground],
  ...shares.flatMap((share, k): [number, number][] => [
    [edges[k] as number, Math.max(share, ground)],
    [edges[k + 1] as number, Math.max(share, ground)],
  ]),
  [edges[edges.length - 1] as number, ground],
]

const shareAxis = ({ data, samples, logarithmic }: Histogram, height: number): Axis => {
  const all = [...data, ...samples].filter((share) => share > 0)
  const most = Math.max(...all, 1e-9)
  if (logarithmic) return logAxis([Math.min(...all, most / 10) / 2, most * 1.3], height * 0.8, true)
  return { ...linearAxis([0, most * 1.06], height, 'vertical'), format: percentTick }
}

/** What Plot is to draw for these bins. */
export const marginalOptions = (bins: Histogram, size: MarginalSize): FigureOptions => {
  const y = shareAxis(bins, size.height - margins.marginTop - margins.marginBottom)
  const left = Math.max(34, marginLeft(y, null))
  const domain: readonly [number, number] = [bins.edges[0] as number, bins.edges[bins.edges.length - 1] as number]
  const x = linearAxis(domain, size.width - left - margins.marginRight, 'horizontal')
  const ground = y.domain[0]
  return {
    ...size,
    ...margins,
    marginLeft: left,
    x: { domain },
    y: { domain: y.domain, type: bins.logarithmic ? 'log' : 'linear' },
    marks: [
      axisX(x, null, 0),
      axisY(y, null, 0),
      Plot.areaY(outline(bins.edges, bins.data, ground), { x: '0', y1: ground, y2: '1', fill: palette.data, fillOpacity: 0.38 }),
      Plot.ruleY([ground], { strokeOpacity: 0.4 }),
      Plot.line(outline(bins.edges, bins.samples, ground), { stroke: palette.samples, strokeWidth: 1.7, strokeLinejoin: 'miter' }),
    ],
  }
}

/** The marginal of the column called `name`, for the page. */
export const marginalFigure = (bins: Histogram, name: string): string =>
  figure(
    marginalOptions(bins, { width: 216, height: 150 }),
    `Histogram of ${name}: held-out rows as an area, samples as a line${bins.logarithmic ? ', on a logarithmic scale' : ''}. Beyond the axis: ${showPercent(bins.beyond.data)} of the held-out rows, ${showPercent(bins.beyond.samples)} of the samples.`,
  )
