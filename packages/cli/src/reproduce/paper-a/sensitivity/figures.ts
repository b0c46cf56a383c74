import { against, type Figure, type Mark, type Panel, type Role } from '@tweedie/cem'
import { laws } from './laws.js'
import type { LawRun } from './run.js'
import type { SensitivitySettings } from './settings.js'

/** A line with its points. */
const series = (role: Role, label: string, xs: readonly number[], ys: readonly number[]): readonly Mark[] => [
  { kind: 'line', role, points: against(xs, ys) },
  { kind: 'dots', role, label, points: against(xs, ys), size: 3 },
]

/** c/√x through the first point of a line. */
const half = (symbol: string, xs: readonly number[], first: number): Mark => ({
  kind: 'line',
  role: 'reference',
  label: `1/√${symbol}`,
  dashed: true,
  points: against(
    xs,
    xs.map((x) => first * Math.sqrt((xs[0] as number) / x)),
  ),
})

const roles: readonly Role[] = ['first', 'second', 'third', 'fourth', 'cem', 'ddpm', 'sgm']

/** What the first seed gave, against N and against M. */
export const sensitivityFigures = (settings: SensitivitySettings, runs: readonly LawRun[]): readonly Figure[] => {
  const { miniBatches, trainedMiniBatches, labels, noiseRatios, labelsForMiniBatches } = settings
  const panels = (x: string, y: string, marks: (run: LawRun) => readonly Mark[]): readonly Panel[] =>
    runs.map((run, k) => ({
      title: laws[k]?.name as string,
      x: { label: x, scale: 'log' },
      y: { label: y, scale: 'log' },
      marks: marks(run),
    }))
  const N = 'rows of a mini-batch N'
  const M = 'labels M'
  const levels = 'The levels are those of rows of the data and of fresh rows.'
  const distances = (x: string, xs: readonly number[], of: (run: LawRun) => readonly number[]): readonly Panel[] =>
    panels(x, 'energy distance', (run) => [
      ...series('first', 'network', xs, of(run)),
      { kind: 'level', role: 'reference', label: 'rows of the data', y: run.ofRows },
      { kind: 'level', role: 'data', label: 'fresh rows', y: run.ofFresh },
    ])
  return [
    {
      id: 'posterior-mean',
      title: 'The posterior mean of a mini-batch',
      caption: `√ mean |m_N − m|² to the whole cloud's posterior mean at ${noiseRatios.length} noise ratios σ/α, over ${settings.compared} draws of X_t and ${settings.draws} mini-batches.`,
      panels: panels(N, 'RMS error of the posterior mean', ({ posterior }) => [
        ...noiseRatios.flatMap((ratio, k) => series(roles[k] as Role, `σ/α = ${ratio}`, miniBatches, posterior[k] as readonly number[])),
        half('N', miniBatches, posterior.at(-1)?.[0] as number),
      ]),
    },
    {
      id: 'labels',
      title: 'The labels of mini-batches',
      caption: `√ mean |X_N − X|² of labels from the same noise: to the whole cloud's (${settings.rows} rows) and to those of the law's own flow; and the median of |X_N − X|. The level is the whole cloud's distance to the law's.`,
      panels: panels(N, 'distance of labels', ({ toCloud, toLaw, median, cloudToLaw }) => [
        ...series('first', "to the whole cloud's", miniBatches, toCloud),
        ...series('second', "to the law's", miniBatches, toLaw),
        ...series('third', "median, to the whole cloud's", miniBatches, median),
        { kind: 'level', role: 'data', label: 'the whole cloud', y: cloudToLaw },
        half('N', miniBatches, toCloud[0] as number),
      ]),
    },
    {
      id: 'network',
      title: 'The network and its labels',
      caption:
        "√ mean |F(Y) − X(Y)|² of networks trained on M labels of the whole cloud: to such labels and to those of the law's own flow. The level is the whole cloud's distance to the law's.",
      panels: panels(M, 'paired RMS of the network', ({ regression, networkToLaw, cloudToLaw }) => [
        ...series('first', "to the whole cloud's", labels, regression),
        ...series('second', "to the law's", labels, networkToLaw),
        { kind: 'level', role: 'data', label: 'labels of the whole cloud', y: cloudToLaw },
        half('M', labels, regression[0] as number),
      ]),
    },
    {
      id: 'distance-mini-batch',
      title: 'The final distance and the mini-batch',
      caption: `Energy distance (squared) of ${settings.samples} generated rows to as many of the law with the noise of the stop, against N with ${labelsForMiniBatches} labels. ${levels}`,
      panels: distances(N, trainedMiniBatches, (run) => run.distances),
    },
    {
      id: 'distance-labels',
      title: 'The final distance and the labels',
      caption: `Energy distance (squared) of ${settings.samples} generated rows to as many of the law with the noise of the stop, against M with the whole cloud. ${levels}`,
      panels: distances(M, labels, (run) => run.labelDistances),
    },
  ]
}
