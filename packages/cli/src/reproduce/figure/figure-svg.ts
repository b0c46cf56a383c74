/** A figure as an SVG document of its own, and the same figure inside a page. */

import type { Figure } from '@tweedie/cem'
import { fontSize } from '../../report/figure.js'
import { escapeHtml } from '../../report/html.js'
import { showCount } from '../../report/numbers.js'
import { checkFigure } from '../check-result.js'
import { columnStart, layout, wrapped } from './layout.js'
import { legendOf } from './legend.js'
import { type DrawnPanel, drawPanel, rowHeight, titleLines } from './panel.js'
import { mostPoints } from './thin.js'

const margin = 20
const ink = '#1c2026'
const quiet = '#59616c'
const rowGap = 10

/** A figure of one panel is narrower. */
const widthOf = ({ panels }: Figure): number => (panels.length === 1 ? 600 : 960)

const sum = (panels: readonly DrawnPanel[], count: 'outside' | 'unplaced'): number =>
  panels.reduce((total, { marks }) => total + marks.reduce((all, mark) => all + mark[count], 0), 0)

/** What the picture does not show, in words. */
const notesOf = (panels: readonly DrawnPanel[]): string => {
  const [outside, unplaced] = [sum(panels, 'outside'), sum(panels, 'unplaced')]
  const points = (count: number): string => `${showCount(count)} ${count === 1 ? 'point' : 'points'}`
  return [
    ...(panels.some(({ marks }) => marks.some(({ thinned }) => thinned))
      ? [`Of each kind at most ${showCount(mostPoints)} points, evenly spaced in their order, are drawn.`]
      : []),
    ...(outside === 0 ? [] : [`Outside the axes: ${points(outside)}.`]),
    ...(unplaced === 0 ? [] : [`At or below 0, where a logarithmic axis has no place: ${points(unplaced)}.`]),
  ].join(' ')
}

/**
 * Draws a figure on white: title, one legend, panels side by side with their titles above, and below them what is not shown. The document holds no script
 * and refers to nothing. The same figure gives the same bytes. Throws `NotFinite` and `InvalidArgument` as `checkFigure`.
 */
export const figureSvg = (figure: Figure): string => {
  checkFigure(figure, 'figure')
  const width = widthOf(figure)
  const inner = width - 2 * margin
  const heading = wrapped(figure.title, inner, 15.5)
  const legend = legendOf(figure, inner)
  const placed = layout(figure.panels, inner)
  const legendTop = margin + heading.length * 23 + 14
  let y = legendTop + legend.height
  const drawn: DrawnPanel[] = []
  const panels = placed.rows.map((row) => {
    const lines = Math.max(...row.map((each) => titleLines(each, placed).length))
    const inRow = row.map((each, column) => {
      const panel = drawPanel(each, placed, lines)
      drawn.push(panel)
      return `<g transform="translate(${Math.round(margin + columnStart(placed, column))},${y})">${panel.inside}</g>`
    })
    y += rowHeight(placed, lines) + rowGap
    return inRow.join('\n')
  })
  const notes = wrapped(notesOf(drawn), inner, 11.5)
  const height = y + notes.length * 16 + 6
  const text = (lines: readonly string[], top: number, step: number, attributes: string): string =>
    lines.map((words, k) => `<text x="${margin}" y="${top + k * step}" ${attributes}>${escapeHtml(words)}</text>`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(`${figure.title}. ${figure.caption}`)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"${onWhite}>
${paper(width, height)}
${text(heading, margin + 12, 23, 'font-size="15.5" font-weight="600"')}
<g transform="translate(${margin},${legendTop})">${legend.inside}</g>
<g fill="currentColor" text-anchor="middle">
${panels.join('\n')}
</g>
${text(notes, y + 8, 16, `font-size="11.5" ${faint}`)}
</svg>
`
}

const onWhite = ` color="${ink}" fill="${ink}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" font-size="${fontSize}"`
const faint = `fill="${quiet}"`
const paper = (width: number | string, height: number | string): string => `<rect width="${width}" height="${height}" fill="#ffffff"/>`

/** A figure of `figureSvg` for a page: without its paper and margins, in the colour and the type of the text around it. */
export const inlineFigure = (svg: string): string =>
  svg
    .replace(/viewBox="0 0 (\d+) (\d+)" width="\d+" height="\d+"/, (_, width: string, height: string) => {
      const [inner, all] = [Number(width) - 2 * margin, Number(height) - margin / 2]
      return `viewBox="${margin} ${margin / 2} ${inner} ${all}" width="${inner}" height="${all}"`
    })
    .replace(' xmlns="http://www.w3.org/2000/svg"', '')
    .replace(onWhite, ` fill="currentColor" font-size="${fontSize}"`)
    .replace(/\n<rect width="\d+" height="\d+" fill="#ffffff"\/>\n/, '\n')
    .replaceAll(` ${faint}`, ' fill-opacity="0.75"')
    .trimEnd()
