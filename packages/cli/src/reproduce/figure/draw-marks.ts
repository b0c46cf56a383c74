/** The marks of a panel as marks of Observable Plot, cut at the axes and thinned. */

import * as Plot from '@observablehq/plot'
import type { Mark, Points } from '@tweedie/cem'
import { manyPaths } from '../../report/figure.js'
import { points as dots } from '../../report/marks.js'
import { clipLine, clipPoints } from './clip.js'
import { contours } from './contours.js'
import { roleColours } from './roles.js'
import { barHalfWidth, type PanelScale, placeOn, valueOn } from './scale.js'
import { mostPoints, thin } from './thin.js'

/** A mark as drawn, and what of it is not. */
export interface DrawnMark {
  readonly plot: Plot.Markish
  readonly outside: number
  readonly unplaced: number
  readonly thinned: boolean
}

/** Draws the marks of a panel. `bars` of several marks stand side by side. */
export const drawMarks = (marks: readonly Mark[], x: PanelScale, y: PanelScale): readonly DrawnMark[] => {
  const bars = marks.filter(({ kind }) => kind === 'bars')
  return marks.map((mark): DrawnMark => {
    const colour = roleColours[mark.role]
    switch (mark.kind) {
      case 'level': {
        const { shape, ...missing } = clipPoints([[x.domain[0], mark.y]], x, y)
        const plot = shape.length === 0 ? [] : Plot.ruleY([mark.y], { stroke: colour, strokeWidth: 1.4, strokeDasharray: '2,3' })
        return { plot, thinned: false, ...missing }
      }
      case 'line': {
        const { shape, ...missing } = clipLine(thin(mark.points), x, y)
        const rows = shape.flatMap((part, z) => part.map(([px, py]) => ({ x: px, y: py, z })))
        const dash = mark.dashed === true ? { strokeDasharray: '6,4' } : {}
        const plot = Plot.line(rows, { x: 'x', y: 'y', z: 'z', stroke: colour, strokeWidth: 1.7, strokeLinejoin: 'round', ...dash })
        return { plot, thinned: mark.points.length > mostPoints, ...missing }
      }
      case 'contours':
        return { plot: contours(mark, colour), outside: 0, unplaced: 0, thinned: false }
      case 'bars':
        return drawBars(mark.points, colour, bars.indexOf(mark), bars.length, x, y)
      default: {
        const { shape, ...missing } = clipPoints(mark.points, x, y)
        const drawn = thin(shape)
        const size = mark.kind === 'dots' ? 2 * (mark.size ?? usualRadius(drawn.length)) : 8
        const plot = mark.kind === 'dots' ? drawDots(drawn, size, colour) : crosses(drawn, size, colour)
        return { plot, thinned: drawn.length < shape.length, ...missing }
      }
    }
  })
}

/** The radius of a dot, in pixels: smaller where there are many. */
export const usualRadius = (count: number): number => (count > 1_000 ? 1.1 : count > 200 ? 1.4 : 2.5)

const drawDots = (points: Points, size: number, colour: string): Plot.Markish =>
  dots(points, { x: ([px]) => px, y: ([, py]) => py, size, colour, opacity: points.length > 700 ? 0.5 : points.length > 100 ? 0.7 : 1 })

/** Bars from 0, or from the frame where 0 is not on the axis; a bar that is longer than the axis ends at the frame. */
const drawBars = (points: Points, colour: string, place: number, among: number, x: PanelScale, y: PanelScale): DrawnMark => {
  const [along, back] = [placeOn(x), valueOn(x)]
  const half = barHalfWidth(
    points.map(([px]) => along(px)).filter((each) => !Number.isNaN(each)),
    0.1,
  )
  const width = (2 * half) / among
  const [low, high] = y.domain
  const base = y.type === 'log' ? low : Math.min(Math.max(0, low), high)
  const { outside, unplaced } = clipPoints(points, x, y)
  const rows = thin(
    clipPoints(
      points.map(([px, py]) => [px, Math.min(Math.max(py, low), high)] as const),
      x,
      y,
    ).shape,
  ).map(([px, py]) => {
    const start = along(px) - half + place * width
    return { from: back(Math.max(0, start)), to: back(Math.min(1, start + width)), py }
  })
  const plot = Plot.rectY(rows, { x1: 'from', x2: 'to', y1: () => base, y2: 'py', fill: colour, fillOpacity: 0.75 })
  return { plot, thinned: points.length > mostPoints, outside, unplaced }
}

const tenth = (pixels: number): number => Math.round(pixels * 10) / 10

/** Crosses as one path each, the shortest markup there is. */
const crosses = (points: Points, size: number, colour: string): Plot.Markish =>
  Plot.dot(points as [number, number][], {
    x: ([px]: readonly [number, number]) => px,
    y: ([, py]: readonly [number, number]) => py,
    render: (index, _scales, values, _dimensions, context) => {
      const group = context.document.createElementNS('http://www.w3.org/2000/svg', 'g')
      const settings = { stroke: colour, 'stroke-width': 2, 'stroke-linecap': 'round', fill: 'none' }
      for (const [name, value] of Object.entries(settings)) group.setAttribute(name, String(value))
      const half = size / 2
      const cross = (i: number): string =>
        `M${tenth(Number(values.x?.[i]) - half)},${tenth(Number(values.y?.[i]) - half)}l${size},${size}m${-size},0l${size},${-size}`
      group.setAttribute(manyPaths, Array.from(index, cross).join(' '))
      return group
    },
  })
