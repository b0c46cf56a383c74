/** One picture for a page about the project: data beside samples. */

import { checkInput, drawableInput } from './check-input.js'
import { type Drawing, drawing, fontSize } from './figure.js'
import { histogram } from './histogram.js'
import { escapeHtml } from './html.js'
import type { ReportInput } from './input.js'
import { shortened, shownNames } from './labels.js'
import { marginalOptions } from './marginals.js'
import { counted } from './numbers.js'
import { informativePairs } from './pairs.js'
import { dataRows, geographicHeight, scatter } from './scatter.js'
import { sortedColumn } from './spread.js'

const width = 960
const margin = 24
const top = 66
const ink = '#1c2026'
const quiet = '#59616c'

interface HeroFigure {
  readonly drawn: Drawing
  readonly subtitle: string
  readonly label: string
}

const pairFigure = ({ heldOut, training, generated }: ReportInput, names: readonly string[]): HeroFigure | undefined => {
  const { rows } = dataRows(heldOut, training)
  const pair = informativePairs(names, rows, 1)[0]
  if (pair === undefined) return undefined
  const frame = (width - 2 * margin) * 0.45
  const height = Math.round(72 + (pair.geographic ? geographicHeight(rows, pair, frame) : frame * 0.75))
  const count = Math.min(rows.rows, generated.rows)
  const about = `${names[pair.y]} against ${names[pair.x]}`
  return {
    drawn: drawing(scatter(rows, generated, pair, names, { width: width - 2 * margin, height, dot: 3.4 }).options),
    subtitle: `${shortened(about, 60)}: ${counted(count, 'real row')} beside as many samples`,
    label: `${about}: scatter plots of ${counted(count, 'real row')} and of as many samples, on the same axes.`,
  }
}

const singleFigure = ({ heldOut, generated }: ReportInput, names: readonly string[]): HeroFigure => {
  const bins = histogram(sortedColumn(heldOut, 0), sortedColumn(generated, 0))
  const about = `${names[0]}: held-out rows as an area, samples as a line`
  return {
    drawn: drawing(marginalOptions(bins, { width: width - 2 * margin, height: 320 })),
    subtitle: shortened(about, 90),
    label: `Histogram of ${about}.`,
  }
}

/**
 * An SVG document with the most telling pair of columns, longitude and latitude where there are such: data on the left, samples on
 * the right, at most 1,500 points each, on white. A table of one column shows its histogram. The document holds no script and refers
 * to nothing. The same input gives the same bytes.
 *
 * Throws as `renderReport`.
 */
export const renderHeroSvg = (given: ReportInput): string => {
  checkInput(given)
  const input = drawableInput(given)
  const names = shownNames(input.names)
  const { drawn, subtitle, label } = pairFigure(input, names) ?? singleFigure(input, names)
  const height = top + drawn.height + margin / 2
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(`${input.title}. ${label}`)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" color="${ink}" fill="${ink}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" font-size="${fontSize}">
<rect width="${width}" height="${height}" rx="10" fill="#ffffff"/>
<text x="${margin}" y="36" font-size="20" font-weight="600">${escapeHtml(shortened(input.title, 80))}</text>
<text x="${margin}" y="57" font-size="13.5" fill="${quiet}">${escapeHtml(subtitle)}</text>
<g transform="translate(${margin},${top})" fill="currentColor" text-anchor="middle">${drawn.inside}</g>
</svg>
`
}
