/** A matrix of correlations as coloured cells, with the numbers in them where there is room. */

import * as Plot from '@observablehq/plot'
import { figure } from './figure.js'
import { shortened, textWidth } from './labels.js'
import { palette } from './palette.js'
import { characterWidth } from './ticks.js'

const labelWidth = 14
/** Up to this many columns three matrices stand side by side and the names below slant; more need a wider figure and upright names. */
export const narrowColumns = 12
/** Up to this many columns the cells hold their numbers. */
const numbered = 9

interface Cell {
  readonly row: number
  readonly column: number
  readonly value: number | null
}

const short = (value: number | null): string => {
  if (value === null) return '·'
  const text = Math.abs(value).toFixed(2)
  return text === '0.00' ? '0' : `${value < 0 ? '−' : ''}${text === '1.00' ? '1' : text.slice(1)}`
}

/**
 * Draws `matrix`, its colours full at `full`; the diagonal is left blank. `names` are those of its rows, in order.
 */
export const correlationFigure = (
  matrix: readonly (readonly (number | null)[])[],
  names: readonly string[],
  full: number,
  label: string,
): string => {
  const count = names.length
  const width = count > narrowColumns ? 460 : 360
  const places = Array.from(names.keys())
  const shown = names.map((name) => shortened(name, labelWidth))
  const nameSize = count > 18 ? 10 : 11
  const nameLength = Math.ceil((Math.max(...shown.map(textWidth)) * characterWidth * nameSize) / 11.7)
  const tilt = count <= 3 ? 0 : count <= narrowColumns ? -45 : -90
  const left = nameLength + 10
  const bottom = tilt === 0 ? 22 : tilt === -45 ? Math.ceil(nameLength * 0.72) + 16 : nameLength + 12
  const side = width - left - 6
  const cells: Cell[] = matrix.flatMap((values, row) => values.flatMap((value, column) => (row === column ? [] : [{ row, column, value }])))
  return figure(
    {
      width,
      height: side + 6 + bottom,
      marginLeft: left,
      marginRight: 6,
      marginTop: 6,
      marginBottom: bottom,
      x: { type: 'band', domain: places, padding: 0.04, label: null },
      y: { type: 'band', domain: places, padding: 0.04, label: null },
      marks: [
        Plot.cell(places, { x: (i: number) => i, y: (i: number) => i, fillOpacity: 0.06 }),
        Plot.cell(cells, {
          x: 'column',
          y: 'row',
          fill: ({ value }: Cell) => ((value ?? 0) < 0 ? palette.negative : palette.positive),
          fillOpacity: ({ value }: Cell) => Number(Math.min(1, 0.04 + (0.96 * Math.abs(value ?? 0)) / full).toFixed(3)),
        }),
        ...(count > numbered
          ? []
          : [Plot.text(cells, { x: 'column', y: 'row', text: ({ value }: Cell) => short(value), fontSize: count > 6 ? 10 : 12 })]),
        Plot.axisY({ tickSize: 0, tickPadding: 5, tickFormat: (i: number) => shown[i] as string, fontSize: nameSize }),
        Plot.axisX({
          tickSize: 0,
          tickPadding: tilt === -45 ? 3 : 5,
          tickFormat: (i: number) => shown[i] as string,
          fontSize: nameSize,
          tickRotate: tilt,
        }),
      ],
    },
    label,
  )
}
