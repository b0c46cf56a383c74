import { show } from '../parts/claims.js'
import { against, scatter } from '../parts/figure-points.js'
import type { Figure, Panel } from '../result.js'
import type { FivePointsRun, FivePointsSettings } from './run.js'

const SQUARE = { domain: [-3.5, 3.5] } as const

/** Samples on their way into the points, and where they ended. */
export const fivePointsFigure = ({ points, shown, shares, refinedShares }: FivePointsRun, settings: FivePointsSettings): Figure => {
  const at = ({ time, samples }: FivePointsRun['shown'][number]): Panel => ({
    title: `t = ${show(time)}`,
    x: { label: 'x₁', ...SQUARE },
    y: { label: 'x₂', ...SQUARE },
    square: true,
    marks: [
      { kind: 'dots', role: 'first', label: 'samples', points: scatter(samples), size: 1 },
      { kind: 'crosses', role: 'data', label: 'the five points', points: scatter(points) },
    ],
  })
  const numbers = shares.map((_, k) => k + 1)
  return {
    id: 'fig-5',
    title: 'Samples absorbed into five points',
    caption: `The reverse equation with the exact denoiser: samples at times of the run of ${settings.steps} steps, and the frequencies of absorption at its end and at that of ${settings.refinedSteps} steps.`,
    panels: [
      ...shown.map(at),
      {
        title: 'Frequencies of absorption',
        x: { label: 'point', domain: [0.5, shares.length + 0.5] },
        y: { label: 'frequency', domain: [0, 0.3] },
        marks: [
          { kind: 'bars', role: 'first', label: `${settings.steps} steps`, points: against(numbers, shares) },
          { kind: 'dots', role: 'second', label: `${settings.refinedSteps} steps`, points: against(numbers, refinedShares), size: 4 },
          { kind: 'level', role: 'reference', label: '1/5', y: 0.2 },
        ],
      },
    ],
  }
}
