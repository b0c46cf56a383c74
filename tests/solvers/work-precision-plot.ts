import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { WorkPrecision } from './work-precision.js'

const colours = ['#9a9a9a', '#555555', '#c08a2d', '#2f7d6b', '#8a5fb0', '#d1495b', '#2b6cb0', '#111111']
const [WIDTH, HEIGHT] = [1080, 430]

/** Error against evaluations, both logarithmic: one panel for each law, one line for each method, named below. SVG text. */
export const workPrecisionPlot = (points: readonly WorkPrecision[]): string => {
  const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
  const methods = [...new Set(points.map(({ method }) => method))]
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 60,
    marginRight: 12,
    marginBottom: 84,
    marginTop: 34,
    x: {
      type: 'log',
      label: 'evaluations of the denoiser',
      labelAnchor: 'center',
      labelOffset: 38,
      domain: [5, 640],
      ticks: [5, 10, 20, 40, 80, 160, 320, 640],
      tickFormat: 'd',
    },
    y: { type: 'log', label: 'relative error', domain: [1e-7, 1], tickFormat: '.0e', ticks: 7, grid: true },
    fx: { domain: [...new Set(points.map(({ flow }) => flow))], label: null },
    color: { domain: methods, range: colours },
    marks: [
      Plot.ruleY([1e-2], { strokeDasharray: '4,3', strokeOpacity: 0.8 }),
      Plot.line(points, { x: 'evaluations', y: 'error', fx: 'flow', stroke: 'method', strokeWidth: 1.6, clip: true }),
      Plot.dot(points, { x: 'evaluations', y: 'error', fx: 'flow', fill: 'method', r: 2.2, clip: true }),
      Plot.frame({ strokeOpacity: 0.25 }),
    ],
  }) as unknown as SVGSVGElement
  for (const style of Array.from(svg.querySelectorAll('style'))) style.remove()
  let x = 60
  const key = methods.map((method, k) => {
    const at = x
    x += 34 + 6.6 * method.length
    return `<circle cx="${at}" cy="${HEIGHT - 18}" r="4" fill="${colours[k]}"/><text x="${at + 9}" y="${HEIGHT - 14}" fill="#222">${method}</text>`
  })
  const inside = svg.innerHTML
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" role="img"><title>Error of solvers against evaluations of the denoiser</title><rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>${inside}<g text-anchor="start">${key.join('')}</g></svg>\n`
}
