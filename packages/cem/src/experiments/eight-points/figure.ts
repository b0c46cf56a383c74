import { scatter } from '../parts/figure-points.js'
import type { Figure, Panel } from '../result.js'
import { type EightPointsRun, type EightPointsSettings, type NetworkId, support } from './run.js'

const SQUARE = { domain: [-2.8, 2.8] } as const

/** Samples of both networks over the eight points. */
export const eightPointsFigure = (settings: EightPointsSettings, run: EightPointsRun): Figure => {
  const panel = (id: NetworkId): Panel => ({
    title: `${id}, hidden layers ${settings[id].join(', ')}`,
    x: { label: 'x₁', ...SQUARE },
    y: { label: 'x₂', ...SQUARE },
    square: true,
    marks: [
      { kind: 'dots', role: 'cem', label: 'samples', points: scatter(run[id].samples), size: 1 },
      { kind: 'crosses', role: 'data', label: 'the eight points', points: scatter(support.points) },
    ],
  })
  return {
    id: 'fig-6',
    title: 'Eight points, two networks',
    caption: `The conditional expectation model of eight points on the circle of radius 2, trained for ${settings.steps} steps on batches of ${settings.batch}.`,
    panels: [panel('shallow'), panel('deep')],
  }
}
