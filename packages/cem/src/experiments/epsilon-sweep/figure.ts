import { show } from '../parts/claims.js'
import { against, scatter } from '../parts/figure-points.js'
import type { Figure, Panel } from '../result.js'
import type { EpsilonSweepRun, EpsilonSweepSettings } from './run.js'

const SQUARE = { domain: [-0.5, 1.5] } as const

/** Samples of every ε about the points, and the mean distance against ε. */
export const epsilonSweepFigure = ({ epsilons, points: count }: EpsilonSweepSettings, run: EpsilonSweepRun): Figure => {
  const { points, shown, distances, floors } = run
  const of = (epsilon: number, k: number): Panel => ({
    title: `ε = ${show(epsilon)}`,
    x: { label: 'x₁', ...SQUARE },
    y: { label: 'x₂', ...SQUARE },
    square: true,
    marks: [
      { kind: 'dots', role: 'first', label: 'samples', points: scatter(shown[k] as EpsilonSweepRun['shown'][number]), size: 1 },
      { kind: 'crosses', role: 'data', label: `the ${count} points`, points: scatter(points) },
    ],
  })
  return {
    id: 'fig-7',
    title: 'The first time of the exponential grid',
    caption:
      'The reverse equation with the exact denoiser, by the step of eq. (39), on exponential grids of the same number of steps that end ε, 0; and the mean distance of a sample to the nearest point.',
    panels: [
      ...epsilons.map(of),
      {
        title: 'Mean distance to the nearest point',
        x: { label: 'ε', scale: 'log' },
        y: { label: 'mean distance', scale: 'log' },
        marks: [
          { kind: 'line', role: 'first', points: against(epsilons, distances) },
          { kind: 'dots', role: 'first', label: 'samples', points: against(epsilons, distances), size: 4 },
          {
            kind: 'line',
            role: 'second',
            label: 'a point and the noise of the last step',
            points: against(epsilons, floors),
            dashed: true,
          },
          {
            kind: 'line',
            role: 'reference',
            label: '√(π ε/2)',
            points: against(
              epsilons,
              epsilons.map((epsilon) => Math.sqrt((Math.PI * epsilon) / 2)),
            ),
          },
        ],
      },
    ],
  }
}
