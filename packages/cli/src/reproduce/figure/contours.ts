/** Filled contours of a function on a grid: each level is a thin sheet of colour over those below it. */

import * as Plot from '@observablehq/plot'
import type { Mark } from '@tweedie/cem'

/** The sheet of one level; some ten of them make the full colour. */
const sheet = 0.16

export const contours = ({ grid, thresholds }: Extract<Mark, { readonly kind: 'contours' }>, colour: string): Plot.Markish => {
  const { columns, rows, x, y, values } = grid
  // A value belongs to the middle of a pixel: the grid's ends are half a pixel inside the picture.
  const [dx, dy] = [(x[1] - x[0]) / (columns - 1) / 2, (y[1] - y[0]) / (rows - 1) / 2]
  return Plot.contour([...values], {
    width: columns,
    height: rows,
    x1: x[0] - dx,
    x2: x[1] + dx,
    y1: y[0] - dy,
    y2: y[1] + dy,
    thresholds: [...thresholds],
    fill: colour,
    fillOpacity: sheet,
    stroke: colour,
    strokeOpacity: 0.5,
    strokeWidth: 0.5,
  })
}
