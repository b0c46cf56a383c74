import type { Support } from '../../support/support.js'
import { against, scatter } from '../parts/figure-points.js'
import { seedKeys } from '../parts/seeds.js'
import { modelIds, modelNames, type OfTimes, panelTitle, timesIds, timesNames } from '../parts/three-models.js'
import type { TwoDimensionalSettings } from '../parts/two-dimensional.js'
import type { Axis, Figure, Mark, Panel } from '../result.js'
import type { LineOutcome } from './claims.js'
import type { LineErrors } from './errors.js'

/** Figures 1 to 3 of the first seed. */
export const lineFigures = (
  support: Support,
  { samples }: TwoDimensionalSettings,
  seed: number,
  outcome: OfTimes<LineOutcome>,
): readonly Figure[] => [
  {
    id: 'fig-1',
    title: 'Figure 1: samples of the line',
    caption:
      "Data and samples of the three models. First row: the paper's training times; second row: log-uniform training times down to where the sampler goes.",
    panels: timesIds.flatMap((times) => [
      plane('Data', { kind: 'dots', role: 'data', size: 1.5, points: scatter(support.sample(seedKeys(seed).data, samples)) }),
      ...modelIds.map((model) => {
        const drawn = outcome[times][model].samples
        const points = drawn === undefined ? [] : scatter(drawn)
        return plane(panelTitle(times, modelNames[model]), { kind: 'dots', role: model, size: 1.5, points })
      }),
    ]),
  },
  ...([0, 1] as const).map((coordinate) => figure2(coordinate, outcome)),
  ...timesIds.map(
    (times): Figure => ({
      id: times === 'paper' ? 'fig-3' : 'fig-3-control',
      title: `Figure 3: mean-square error with ${timesNames[times]}`,
      caption:
        'E|f_θ − f|² over the law of X_t, eq. (63), of what each model is trained to say, at the times of the sampler, for each coordinate.',
      panels: ([0, 1] as const).map(
        (coordinate): Panel => ({
          title: `Coordinate ${coordinate + 1}`,
          x: time,
          y: { label: 'mean-square error', scale: 'log' },
          marks: modelIds.map((model): Mark => {
            const { errors } = outcome[times][model]
            const values = errors.map(({ meanSquare }) => meanSquare[coordinate])
            return { kind: 'line', role: model, label: modelNames[model], points: against(timesOf(errors), values) }
          }),
        }),
      ),
    }),
  ),
]

const time: Axis = { label: 't', scale: 'log' }
const timesOf = (errors: readonly LineErrors[]): readonly number[] => errors.map(({ t }) => t)

const plane = (title: string, mark: Mark): Panel => ({
  title,
  x: { label: 'x₁', domain: [-4, 4] },
  y: { label: 'x₂', domain: [-0.6, 0.6] },
  marks: [mark],
})

const outputNames = { cem: 'denoiser m', ddpm: 'noise ε', sgm: 'score S = −∇ln p' } as const

/** One coordinate of what the models say at (1, −0.1) for t up to 1. */
const figure2 = (coordinate: 0 | 1, outcome: OfTimes<LineOutcome>): Figure => ({
  id: `fig-2-coordinate-${coordinate + 1}`,
  title: `Figure 2: coordinate ${coordinate + 1} of the models at (1, −0.1)`,
  caption: 'What each model says at a point off the line in the last times of the sampler, and the closed form, eq. (62).',
  panels: modelIds.map((model): Panel => {
    const line = (errors: readonly LineErrors[], of: (at: LineErrors) => number) => {
      const late = errors.filter(({ t }) => t <= 1)
      return against(timesOf(late), late.map(of))
    }
    return {
      title: `${modelNames[model]}: ${outputNames[model]}`,
      x: time,
      y: { label: outputNames[model] },
      marks: [
        {
          kind: 'line',
          role: 'reference',
          label: 'closed form',
          points: line(outcome.paper[model].errors, ({ exact }) => exact[coordinate]),
        },
        ...timesIds.map(
          (times): Mark => ({
            kind: 'line',
            role: model,
            label: `${modelNames[model]}, ${timesNames[times]}`,
            dashed: times === 'control',
            points: line(outcome[times][model].errors, ({ output }) => output[coordinate]),
          }),
        ),
      ],
    }
  }),
})
