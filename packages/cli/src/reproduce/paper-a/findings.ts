/** What paper A reports of a table: marginal KL, means and deviations by dimension, three timings, and its Figure 1. */

import { allOf, atLeast, atMost, type Check, type Claim, claim, type ExperimentResult, type Measure, measure, within } from '@tweedie/cem'
import { column, type HostMatrix } from '@tweedie/core'
import { paperSettings } from '@tweedie/density'
import type { OtherPreset, TableRun } from './run.js'
import type { TableSettings } from './settings.js'

/** The samples that the paper times, and the longest of its four times. */
const timed = { samples: 100_000, seconds: 0.66 }

type Part = 'labels' | 'generated' | 'test'
const parts: readonly (readonly [Part, string])[] = [
  ['labels', 'labels'],
  ['generated', 'generated rows'],
  ['test', 'held-out rows'],
]

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum / values.length
}

/** The standard deviation with n in the denominator, as numpy has it. */
export const deviationOf = (values: Float64Array): number => {
  const centre = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length)
}

/** A number of each column. */
export const perColumn = (matrix: HostMatrix, of: (values: Float64Array) => number): readonly number[] =>
  Array.from({ length: matrix.columns }, (_, j) => of(column(matrix, j)))

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)

/** The largest difference of means, in deviations of the training rows, and the range of deviations in the same. */
const against = ({ rows }: TableRun, part: Part) => {
  const [mean, deviation] = [perColumn(rows.training, meanOf), perColumn(rows.training, deviationOf)]
  const shifts = perColumn(rows[part], meanOf).map((value, j) => Math.abs(value - (mean[j] as number)) / (deviation[j] as number))
  const ratios = perColumn(rows[part], deviationOf).map((value, j) => value / (deviation[j] as number))
  return { shift: largest(shifts), least: -largest(ratios.map((ratio) => -ratio)), most: largest(ratios) }
}

/** Labels × steps: what the time of labels goes with. */
const work = ({ labels, steps }: { readonly labels: number; readonly steps: number }): number => labels * steps

/** Seconds for the labels of the paper's setting, from those of a part of it with the same mini-batch. */
export const estimatedLabelSeconds = (seconds: number, made: Pick<TableSettings, 'labels' | 'steps'>): number =>
  (seconds * work(paperSettings)) / work(made)

export const tableMeasures = (runs: readonly TableRun[], settings: TableSettings): readonly Measure[] => {
  const others = runs[0]?.others ?? []
  const other = (run: TableRun, k: number): OtherPreset => run.others[k] as OtherPreset
  const of = (quantity: string, variant: string, value: (run: TableRun) => number, unit?: string): Measure =>
    measure({ quantity, variant, ...(unit !== undefined && { unit }) }, runs.map(value))
  return [
    ...parts.map(([part, variant]) => of('mean of the marginal KL over columns', variant, ({ kl }) => meanOf(kl[part]), 'nats')),
    ...parts.map(([part, variant]) => of('largest marginal KL of a column', variant, ({ kl }) => largest(kl[part]), 'nats')),
    ...parts.map(([part, variant]) => of('largest difference of a mean, in deviations', variant, (run) => against(run, part).shift)),
    ...parts.map(([part, variant]) => of('smallest ratio of deviations', variant, (run) => against(run, part).least)),
    ...parts.map(([part, variant]) => of('largest ratio of deviations', variant, (run) => against(run, part).most)),
    ...others.flatMap(({ name }, k) => [
      of('mean of the marginal KL over columns', `generated rows, preset ${name}`, (run) => meanOf(other(run, k).kl), 'nats'),
      of('largest marginal KL of a column', `generated rows, preset ${name}`, (run) => largest(other(run, k).kl), 'nats'),
      of('time of labels and training', `preset ${name}`, (run) => other(run, k).seconds.learning, 's'),
      of('time of sampling', `${settings.samples} rows, preset ${name}`, (run) => other(run, k).seconds.sampling, 's'),
    ]),
    of('roughness of the map from noise to data', 'reverse ODE', ({ roughness }) => roughness.ode),
    of('roughness of the map from noise to data', 'reverse SDE', ({ roughness }) => roughness.sde),
    of('time of label generation', `${settings.labels} labels × ${settings.steps} steps`, ({ seconds }) => seconds.labels, 's'),
    ...(work(settings) < work(paperSettings)
      ? [
          of(
            'time of label generation',
            `${paperSettings.labels} labels × ${paperSettings.steps} steps, estimated`,
            ({ seconds }) => estimatedLabelSeconds(seconds.labels, settings),
            's',
          ),
        ]
      : []),
    of('time of training', `${settings.iterations} iterations`, ({ seconds }) => seconds.training, 's'),
    of('time of sampling', `${settings.samples} rows`, ({ seconds }) => seconds.sampling, 's'),
  ]
}

/** The ranges of the paper's own plots of means and deviations; deviations reach 1.3 on MINIBOONE's. */
const ranges = (name: string): readonly [number, number] => [0.9, name === 'miniboone' ? 1.3 : 1.1]

const moments = (runs: readonly TableRun[], part: Part, name: string): Check => {
  const found = runs.map((run) => against(run, part))
  const [low, high] = ranges(name)
  return allOf(
    atMost(
      `largest difference of a mean of ${part === 'labels' ? 'labels' : 'generated rows'}`,
      found.map(({ shift }) => shift),
      0.1,
    ),
    atLeast(
      'smallest ratio of deviations',
      found.map(({ least }) => least),
      low,
    ),
    atMost(
      'largest',
      found.map(({ most }) => most),
      high,
    ),
  )
}

export const tableClaims = (runs: readonly TableRun[], settings: TableSettings, name: string): readonly Claim[] => {
  const ratios = runs.map(({ roughness: { ode, sde } }) => ode / sde)
  const [low, high] = ranges(name)
  const within10 = `within 0.1 of the data's mean, and its deviation between ${low} and ${high} of it, as in the paper's plots`
  return [
    claim(
      'The reverse ODE defines a much smoother map from noise to data than the reverse SDE (Figure 1): less than half as rough',
      within('roughness of the ODE over that of the SDE', ratios, [0, 0.5]),
    ),
    claim(`The labels follow the data: the mean of every column is ${within10}`, moments(runs, 'labels', name)),
    claim(`The generated rows follow the data: the mean of every column is ${within10}`, moments(runs, 'generated', name)),
    // A narrower network than the paper's says nothing of the paper's times.
    ...(settings.samples === timed.samples && settings.labels === paperSettings.labels
      ? [
          claim(
            `100,000 samples take at most ${timed.seconds} s (the paper: 0.1 to ${timed.seconds} s over its four tables)`,
            atMost(
              'seconds',
              runs.map(({ seconds }) => seconds.sampling),
              timed.seconds,
            ),
          ),
        ]
      : []),
  ]
}

export const tableRemarks = (runs: readonly [TableRun, ...TableRun[]], settings: TableSettings): ExperimentResult['remarks'] => {
  const [{ rows, kl }] = runs
  const { labels, iterations, batch } = settings
  return [
    `The truth is the ${rows.training.rows} training rows, as in the authors' program; ${rows.test.rows} held-out rows say what fresh data would score (mean KL ${meanOf(kl.test).toPrecision(2)}).`,
    `The labels keep the kernel that σ²(0) = 0.01 leaves: their deviation is that of the mini-batches times √(α² + σ²) = √1.01 at the stopping time.`,
    ...(labels < paperSettings.labels || batch !== 'full'
      ? [
          `The paper has ${paperSettings.labels} labels of ${paperSettings.steps} steps and trains for ${paperSettings.iterations} iterations on all of them; here ${labels} of ${settings.steps}, ${iterations} iterations of ${batch}, and hidden layers of ${settings.hidden.join(' and ')}.`,
        ]
      : []),
    `The paper draws 100,000 samples in 0.1 to ${timed.seconds} s over its four tables. Seconds are of this machine and its backend, and differ from run to run; the paper does not name its machine. Those of work found in models/ are of the run that did it.`,
  ]
}
