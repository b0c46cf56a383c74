/** One legend for all panels of a figure. */

import type { Figure, Mark } from '@tweedie/cem'
import { escapeHtml } from '../../report/html.js'
import { textWidth } from '../../report/labels.js'
import { characterWidth } from '../../report/ticks.js'
import { roleColours } from './roles.js'

export interface Legend {
  readonly inside: string
  readonly height: number
}

const line = 20
const swatch = 24

const isDashed = (mark: Mark): boolean => mark.kind === 'line' && mark.dashed === true

/** The marks that need a word, each once. */
const entriesOf = ({ panels }: Figure): readonly Mark[] => {
  const seen = new Map<string, Mark>()
  for (const mark of panels.flatMap(({ marks }) => marks)) {
    if (mark.label === undefined || mark.label.trim() === '') continue
    const id = JSON.stringify([mark.kind, mark.role, mark.label, isDashed(mark)])
    if (!seen.has(id)) seen.set(id, mark)
  }
  return Array.from(seen.values())
}

const sign = (mark: Mark): string => {
  const colour = roleColours[mark.role]
  const stroke = (width: number, dash: string): string =>
    `<path d="M0,0h18" stroke="${colour}" stroke-width="${width}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`} fill="none"/>`
  switch (mark.kind) {
    case 'dots':
      return `<circle cx="9" cy="0" r="4" fill="${colour}"/>`
    case 'crosses':
      return `<path d="M5,-4l8,8m-8,0l8,-8" stroke="${colour}" stroke-width="2" stroke-linecap="round" fill="none"/>`
    case 'contours':
    case 'bars':
      return `<rect x="4" y="-5" width="10" height="10" fill="${colour}" fill-opacity="0.75"/>`
    case 'level':
      return stroke(1.6, '2,3')
    default:
      return stroke(2, isDashed(mark) ? '6,4' : '')
  }
}

/** The legend in a width, in as many lines as it takes. */
export const legendOf = (figure: Figure, width: number): Legend => {
  let [x, row] = [0, 0]
  const entries = entriesOf(figure).map((mark) => {
    const label = mark.label as string
    const room = swatch + textWidth(label) * characterWidth + 18
    if (x > 0 && x + room > width) [x, row] = [0, row + 1]
    const entry = `<g transform="translate(${Math.round(x)},${row * line})">${sign(mark)}<text x="${swatch}" y="4">${escapeHtml(label)}</text></g>`
    x += room
    return entry
  })
  return { inside: entries.join(''), height: entries.length === 0 ? 0 : (row + 1) * line }
}
