/** Where the panels of a figure stand: side by side, in two rows where there are more than four. */

import type { Panel } from '@tweedie/cem'
import { textWidth } from '../../report/labels.js'
import { marginLeft } from '../../report/marks.js'
import { characterWidth } from '../../report/ticks.js'
import { panelAxis } from './panel-axis.js'
import { equalUnits, type PanelScale, panelScale } from './scale.js'

/** A panel with its scales, and how large its frame is. */
export interface PlacedPanel {
  readonly panel: Panel
  readonly x: PanelScale
  readonly y: PanelScale
}

export interface Layout {
  /** Rows of panels, all of one size. */
  readonly rows: readonly (readonly PlacedPanel[])[]
  /** The frame, without ticks, names and title. */
  readonly frame: { readonly width: number; readonly height: number }
  /** The room left of a frame. */
  readonly left: number
  readonly panelWidth: number
}

export const right = 12
const gap = 14
const mostInRow = 4

/** `count` panels in rows of at most four, as even as can be. */
export const rowLengths = (count: number): readonly number[] => {
  const rows = Math.ceil(count / mostInRow)
  const longest = Math.ceil(count / rows)
  return Array.from({ length: rows }, (_, r) => Math.min(longest, count - r * longest))
}

/** Height over width of a frame: that of the data where one unit is as long on both axes. */
const proportion = (panels: readonly Panel[]): number => {
  const shapes = panels
    .filter(({ square }) => square === true)
    .map((panel) => [panelScale(panel, 'x'), panelScale(panel, 'y')] as const)
    .filter(([x, y]) => x.type === 'linear' && y.type === 'linear')
    .map(([x, y]) => (y.domain[1] - y.domain[0]) / (x.domain[1] - x.domain[0]))
    .sort((a, b) => a - b)
  if (shapes.length === 0) return 0.75
  return Math.min(1.2, Math.max(0.45, shapes[Math.floor(shapes.length / 2)] as number))
}

/** Places panels in a width. */
export const layout = (panels: readonly Panel[], width: number): Layout => {
  const lengths = rowLengths(panels.length)
  const inRow = lengths[0] as number
  const panelWidth = (width - (inRow - 1) * gap) / inRow
  const ratio = proportion(panels)
  const scalesOf = (panel: Panel, frameWidth: number): PlacedPanel => {
    const [x, y] = [panelScale(panel, 'x'), panelScale(panel, 'y')]
    const [sameX, sameY] = panel.square === true ? equalUnits(x, y, frameWidth, frameWidth * ratio) : [x, y]
    return { panel, x: sameX, y: sameY }
  }
  const roomFor = (frameWidth: number): number =>
    Math.max(
      ...panels.map((panel) => {
        const { y } = scalesOf(panel, frameWidth)
        return marginLeft(panelAxis(y, frameWidth * ratio, 'vertical'), panel.y.label)
      }),
    )
  // The room for tick labels depends on the ticks and these on the frame, which is what the room leaves.
  const first = roomFor(panelWidth - 60 - right)
  const left = Math.max(first, roomFor(panelWidth - first - right))
  const frameWidth = panelWidth - left - right
  const placed = panels.map((panel) => scalesOf(panel, frameWidth))
  const begin = (row: number): number => lengths.slice(0, row).reduce((sum, length) => sum + length, 0)
  return {
    rows: lengths.map((length, row) => placed.slice(begin(row), begin(row) + length)),
    frame: { width: frameWidth, height: frameWidth * ratio },
    left,
    panelWidth,
  }
}

/** Where panel `column` of a row begins. */
export const columnStart = ({ panelWidth }: Layout, column: number): number => column * (panelWidth + gap)

/** Text in lines of at most `pixels` at a font size of `size`. A word that is longer stands alone; an equation is a word. */
export const wrapped = (text: string, pixels: number, size = 12): readonly string[] => {
  const most = pixels / ((characterWidth * size) / 12)
  const lines: string[] = []
  for (const word of text
    .replaceAll(' = ', '\u00a0=\u00a0')
    .split(/[ \t\n]+/)
    .filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && textWidth(`${last} ${word}`) <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
