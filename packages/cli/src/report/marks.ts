/** Marks and axes that several figures share. */

import * as Plot from '@observablehq/plot'
import { manyPaths } from './figure.js'
import { shortened } from './labels.js'
import { type Axis, characterWidth, labelRoom } from './ticks.js'

const tenth = (pixels: unknown): number => Math.round(Number(pixels) * 10) / 10

const svg = 'http://www.w3.org/2000/svg'

/**
 * Dots as zero-length strokes with round ends, the shortest markup there is for a dot. Each becomes an element of its own, so that
 * overlapping dots darken.
 */
export const points = <Row>(
  rows: readonly Row[],
  {
    size,
    colour,
    opacity,
    ...channels
  }: { x: (row: Row) => number; y: (row: Row) => number; fx?: (row: Row) => string; size: number; colour: string; opacity: number },
): Plot.Dot =>
  Plot.dot(rows as Row[], {
    ...channels,
    render: (index, _scales, values, _dimensions, context) => {
      const group = context.document.createElementNS(svg, 'g')
      const settings = { stroke: colour, 'stroke-width': size, 'stroke-linecap': 'round', 'stroke-opacity': opacity, fill: 'none' }
      for (const [name, value] of Object.entries(settings)) group.setAttribute(name, String(value))
      group.setAttribute(manyPaths, Array.from(index, (i) => `M${tenth(values.x?.[i])},${tenth(values.y?.[i])}h0`).join(' '))
      return group
    },
  })

const quiet = { tickSize: 0, tickPadding: 6, labelArrow: 'none' } as const

/** The horizontal axis with its name below the middle. */
export const axisX = (axis: Axis, label: string | null, room: number): Plot.Markish => [
  Plot.gridX([...axis.ticks], { strokeOpacity: 0.08 }),
  Plot.axisX([...axis.ticks], {
    ...quiet,
    tickFormat: (value: number) => axis.format(value),
    label: label === null ? null : shortened(label, Math.floor(room / characterWidth)),
    labelAnchor: 'center',
    labelOffset: 36,
  }),
]

/** The vertical axis with its name along it. */
export const axisY = (axis: Axis, label: string | null, room: number): Plot.Markish => [
  Plot.gridY([...axis.ticks], { strokeOpacity: 0.08 }),
  Plot.axisY([...axis.ticks], {
    ...quiet,
    tickFormat: (value: number) => axis.format(value),
    label: label === null ? null : shortened(label, Math.floor(room / characterWidth)),
    labelAnchor: 'center',
    labelOffset: marginLeft(axis, label) - 8,
  }),
]

/** The room left of the frame for the ticks and the name of a vertical axis. */
export const marginLeft = (axis: Axis, label: string | null): number => Math.ceil(labelRoom(axis) + 12 + (label === null ? 0 : 20))
