/** A Plot figure as text: no scripts, no style sheets, numbers to a tenth of a pixel. */

import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { escapeHtml } from './html.js'

/** The font size of every figure, in the figure's own pixels. */
export const fontSize = 12

const geometry = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height', 'cx', 'cy', 'r'])

const tenths = (text: string): string => text.replace(/-?\d*\.\d+(?:e[-+]?\d+)?/g, (number) => String(Math.round(Number(number) * 10) / 10))

/** A group with this attribute stands for as many paths, whose shapes it lists: thousands of elements need not be built to be written. */
export const manyPaths = 'data-many-paths'

const attributes = (element: Element): string =>
  Array.from(element.attributes)
    .filter(({ name }) => name !== 'class' && name !== 'style' && name !== manyPaths && !name.startsWith('aria-'))
    .map(({ name, value }) => ` ${name}="${escapeHtml(geometry.has(name) ? tenths(value) : value)}"`)
    .join('')

const serialise = (node: Node): string => {
  if (node.nodeType === 3) return escapeHtml(node.textContent ?? '')
  if (node.nodeType !== 1) return ''
  const element = node as Element
  const name = element.localName
  if (name === 'style' || name === 'script') return ''
  const paths = element.getAttribute(manyPaths)
  const inside =
    paths === null || paths === ''
      ? Array.from(element.childNodes).map(serialise).join('')
      : paths
          .split(' ')
          .map((shape) => `<path d="${escapeHtml(shape)}"/>`)
          .join('')
  if (inside === '' && name === 'g') return ''
  return inside === '' ? `<${name}${attributes(element)}/>` : `<${name}${attributes(element)}>${inside}</${name}>`
}

export type FigureOptions = Omit<Plot.PlotOptions, 'document' | 'style' | 'className' | 'title' | 'subtitle' | 'caption' | 'figure'>

/** The inside of a drawn figure, and its size. */
export interface Drawing {
  readonly inside: string
  readonly width: number
  readonly height: number
}

/** Draws without a browser. The same options give the same text. */
export const drawing = (options: FigureOptions): Drawing => {
  const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
  const svg = Plot.plot({ ...options, document, figure: false }) as unknown as Element
  return {
    inside: Array.from(svg.childNodes).map(serialise).join(''),
    width: Number(svg.getAttribute('width')),
    height: Number(svg.getAttribute('height')),
  }
}

/** A figure for the page. `label` tells what it shows to those who do not see it. */
export const figure = (options: FigureOptions, label: string): string => {
  const { inside, width, height } = drawing(options)
  return `<svg role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" fill="currentColor" font-size="${fontSize}" text-anchor="middle">${inside}</svg>`
}
