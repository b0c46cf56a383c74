/** Data beside samples: one pair of columns, the same axes, the same number of points. */

import * as Plot from '@observablehq/plot'
import { column, type HostMatrix } from '@tweedie/core'
import { type FigureOptions, figure } from './figure.js'
import { axisX, axisY, marginLeft, points } from './marks.js'
import type { ColumnPair } from './pairs.js'
import { palette } from './palette.js'
import { level, padded, robustRange, sortedColumn, spreadRows } from './spread.js'
import { linearAxis } from './ticks.js'

/** Real rows to draw, and what they are. */
export interface DataRows {
  readonly rows: HostMatrix
  readonly heldOutOnly: boolean
}

export const mostPoints = 1500
const enoughHeldOut = 500

/** The held-out rows where they are enough for a picture; otherwise filled up with training rows. */
export const dataRows = (heldOut: HostMatrix, training: HostMatrix): DataRows => {
  if (heldOut.rows >= Math.min(enoughHeldOut, training.rows)) return { rows: spreadRows(heldOut, mostPoints), heldOutOnly: true }
  const filling = spreadRows(training, mostPoints - heldOut.rows)
  const data = new Float64Array(heldOut.data.length + filling.data.length)
  data.set(heldOut.data)
  data.set(filling.data, heldOut.data.length)
  return { rows: { data, rows: heldOut.rows + filling.rows, columns: heldOut.columns }, heldOutOnly: false }
}

/** A pair as drawn, and how many of the samples fall outside its axes. */
export interface Scatter {
  readonly options: FigureOptions
  readonly outside: { readonly data: number; readonly samples: number }
}

interface Point {
  readonly panel: string
  readonly x: number
  readonly y: number
}

const panels = { data: 'Data', samples: 'Samples' } as const

const toPoints = (matrix: HostMatrix, { x, y }: ColumnPair, panel: string): Point[] =>
  Array.from({ length: matrix.rows }, (_, i) => ({
    panel,
    x: matrix.data[i * matrix.columns + x] as number,
    y: matrix.data[i * matrix.columns + y] as number,
  }))

const range = (data: HostMatrix, samples: HostMatrix, j: number, geographic: boolean): readonly [number, number] => {
  const sorted = sortedColumn(data, j)
  return padded(...(geographic ? ([level(sorted, 0), level(sorted, 1)] as const) : robustRange(sorted, sortedColumn(samples, j), 0.005)))
}

export interface ScatterSize {
  readonly width: number
  readonly height: number
  /** The diameter of a dot. */
  readonly dot: number
}

/** Draws `pair` for `data` beside as many of `samples`. */
export const scatter = (data: HostMatrix, samples: HostMatrix, pair: ColumnPair, names: readonly string[], size: ScatterSize): Scatter => {
  const count = Math.min(data.rows, samples.rows)
  const [real, drawn] = [spreadRows(data, count), spreadRows(samples, count)]
  const [domainX, domainY] = [range(real, drawn, pair.x, pair.geographic), range(real, drawn, pair.y, pair.geographic)]
  const inside = ({ x, y }: Point): boolean => x >= domainX[0] && x <= domainX[1] && y >= domainY[0] && y <= domainY[1]
  const [realPoints, drawnPoints] = [toPoints(real, pair, panels.data).filter(inside), toPoints(drawn, pair, panels.samples).filter(inside)]
  const margins = { marginTop: 26, marginBottom: 46, marginRight: 8 }
  const frameHeight = size.height - margins.marginTop - margins.marginBottom
  const y = linearAxis(domainY, frameHeight, 'vertical')
  const left = marginLeft(y, names[pair.y] as string)
  const frameWidth = (size.width - left - margins.marginRight) * 0.475
  const x = linearAxis(domainX, frameWidth, 'horizontal')
  const opacity = count > 700 ? 0.5 : 0.65
  const marks = { x: (point: Point) => point.x, y: (point: Point) => point.y, fx: (point: Point) => point.panel, size: size.dot, opacity }
  const title = (panel: string, fill: string): Plot.Markish => [
    Plot.text([panel], { fx: [panel], text: [panel], frameAnchor: 'top', lineAnchor: 'bottom', dy: -8, fontWeight: 600 }),
    Plot.dot([panel], { fx: [panel], frameAnchor: 'top', dx: -panel.length * 4.2 - 9, dy: -12.5, r: 4, fill }),
  ]
  return {
    outside: { data: count - realPoints.length, samples: count - drawnPoints.length },
    options: {
      width: size.width,
      height: size.height,
      marginLeft: left,
      ...margins,
      fx: { domain: Object.values(panels), label: null, axis: null, padding: 0.05 },
      x: { domain: domainX },
      y: { domain: domainY },
      marks: [
        axisX(x, names[pair.x] as string, frameWidth),
        axisY(y, names[pair.y] as string, frameHeight),
        Plot.frame({ strokeOpacity: 0.18 }),
        points(realPoints, { ...marks, colour: palette.data }),
        points(drawnPoints, { ...marks, colour: palette.samples }),
        title(panels.data, palette.data),
        title(panels.samples, palette.samples),
      ],
    },
  }
}

/** The pair as a figure of the page. */
export const scatterFigure = ({ options, outside }: Scatter, pair: ColumnPair, names: readonly string[]): string =>
  figure(
    options,
    `Scatter plot of ${names[pair.y]} against ${names[pair.x]}: data on the left, samples on the right, on the same axes. ${outside.data} data points and ${outside.samples} samples lie outside the axes.`,
  )

/** The height that keeps degrees of longitude and latitude in proportion, within what suits a page. */
export const geographicHeight = (data: HostMatrix, pair: ColumnPair, frameWidth: number): number => {
  const [west, east] = padded(Math.min(...column(data, pair.x)), Math.max(...column(data, pair.x)))
  const [south, north] = padded(Math.min(...column(data, pair.y)), Math.max(...column(data, pair.y)))
  const middle = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const height = (frameWidth * (north - south)) / ((east - west) * Math.max(0.2, middle))
  return Math.min(1.3 * frameWidth, Math.max(0.55 * frameWidth, height))
}
