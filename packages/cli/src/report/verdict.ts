/** The measures against their bounds, and what that says in one sentence. */

import type { SampleDistances } from '@tweedie/metrics'
import { classifierRemark } from './comparison.js'
import type { ReportInput } from './input.js'
import { listed } from './labels.js'
import { showNumber } from './numbers.js'

/** `unknown`: there is no number to judge. `unjudged`: no bound was set. */
export type Standing = 'within' | 'above' | 'below' | 'unknown' | 'unjudged'

export interface Judgement {
  readonly name: string
  /** What it measures, and which direction is better. */
  readonly meaning: string
  readonly generated: number | null
  /** What training rows give; null where that means nothing. */
  readonly floor: number | null
  readonly halves: number | null
  /** The largest value allowed, or the range. */
  readonly allowed: string
  readonly standing: Standing
}

/** Where `value` stands against `floor + above`. A value that is not a number stands above every bound. */
export const standing = (value: number | null, floor: number | null, above: number | undefined): Standing => {
  if (above === undefined) return 'unjudged'
  if (value === null || floor === null) return 'unknown'
  return value <= floor + above ? 'within' : 'above'
}

const ratioStanding = (ratio: number | null, range: readonly [number, number] | undefined): Standing => {
  if (range === undefined) return 'unjudged'
  if (ratio === null) return 'unknown'
  return ratio < range[0] ? 'below' : ratio <= range[1] ? 'within' : 'above'
}

/** The name of the measure that is better near 1 than low. */
export const ratioName = 'Memorisation ratio'

const distances: readonly {
  readonly name: string
  readonly meaning: string
  readonly of: (measured: SampleDistances) => number | null
  readonly bound: 'klAboveFloor' | 'energyAboveFloor' | 'slicedWassersteinAboveFloor'
}[] = [
  {
    name: 'Mean marginal KL',
    meaning:
      'Kullback–Leibler divergence from the held-out values of one column to the samples’, averaged over columns, in nats: how wrong each column is by itself. Lower is better.',
    of: (measured) => measured.meanMarginalKl,
    bound: 'klAboveFloor',
  },
  {
    name: 'Energy distance',
    meaning:
      'Twice the mean distance between a held-out row and a sample, less the mean distances within each: zero only when the whole distributions agree, dependence between columns included. Lower is better.',
    of: (measured) => measured.energyDistance,
    bound: 'energyAboveFloor',
  },
  {
    name: 'Sliced Wasserstein distance',
    meaning: 'How far samples must move, in standard deviations, to become held-out rows, seen along random directions. Lower is better.',
    of: (measured) => measured.slicedWasserstein,
    bound: 'slicedWassersteinAboveFloor',
  },
]

/** Every measure with its floor and its standing. */
export const judgements = ({ metrics, bounds }: Pick<ReportInput, 'metrics' | 'bounds'>): Judgement[] => [
  ...distances.map(({ name, meaning, of, bound }): Judgement => {
    const [generated, floor, above] = [of(metrics.generated), of(metrics.floor), bounds[bound]]
    return {
      name,
      meaning,
      generated,
      floor,
      halves: metrics.halves === null ? null : of(metrics.halves),
      allowed: above === undefined || floor === null ? '–' : `≤ ${showNumber(floor + above)}`,
      standing: standing(generated, floor, above),
    }
  }),
  {
    name: ratioName,
    meaning:
      'The median distance from a sample to its nearest training row, over the same for a held-out row. Near 1 is best: near 0 the samples are copies, far above 1 they lie where no data is.',
    generated: metrics.memorisation.ratio,
    floor: null,
    halves: null,
    allowed: bounds.ratio === undefined ? '–' : `${bounds.ratio[0]} to ${bounds.ratio[1]}`,
    standing: ratioStanding(metrics.memorisation.ratio, bounds.ratio),
  },
]

export interface Verdict {
  /** Null when nothing could be judged. */
  readonly passed: boolean | null
  readonly sentence: string
  /** What the sentence does not say; may be empty. */
  readonly remark: string
}

const inSentence = (name: string): string => (name.endsWith('KL') ? 'mean marginal KL' : name.toLowerCase())

const complaint = ({ name, generated, allowed, standing: where }: Judgement): string => {
  const number = `the ${inSentence(name)} is ${showNumber(generated ?? Number.NaN)} where ${allowed} is allowed`
  if (name !== ratioName) return number
  return `${number}, so samples lie ${where === 'below' ? 'closer to' : 'farther from'} training rows than fresh data does`
}

/** How many columns have a divergence above their own floor by more than the bound. */
export const columnsAbove = ({ metrics, bounds }: Pick<ReportInput, 'metrics' | 'bounds'>): number =>
  metrics.generated.marginalKl.filter((value, j) => standing(value, metrics.floor.marginalKl[j] ?? null, bounds.klAboveFloor) === 'above')
    .length

/** What the measures say, plainly. */
export const verdict = (input: Pick<ReportInput, 'metrics' | 'bounds'>): Verdict => {
  const all = judgements(input)
  const judged = all.filter(({ standing: where }) => where !== 'unjudged' && where !== 'unknown')
  const failed = judged.filter(({ standing: where }) => where !== 'within')
  const unknown = all.filter(({ standing: where }) => where === 'unknown').map(({ name }) => inSentence(name))
  const [above, columns] = [columnsAbove(input), input.metrics.generated.marginalKl.length]
  const remarks = [
    ...classifierRemark(input.metrics.comparison),
    ...(above === 0 || columns === 1 ? [] : [`The KL of ${above} of the ${columns} columns, taken singly, is above the bound.`]),
    ...(unknown.length === 0 ? [] : [`There is no value for the ${listed(unknown)}.`]),
  ]
  const remark = remarks.join(' ')
  if (judged.length === 0) return { passed: null, sentence: 'No measure was judged: compare each number with its floor.', remark }
  if (failed.length === 0) {
    const which =
      judged.length === 1
        ? 'the one measure judged is within its bound'
        : `${judged.length === 2 ? 'both' : `all ${judged.length}`} measures judged are within bounds`
    return { passed: true, sentence: `The samples are close to the held-out rows: ${which}.`, remark }
  }
  const missed = judged.length === 1 ? 'The samples miss their bound' : `The samples miss ${failed.length} of ${judged.length} bounds`
  return { passed: false, sentence: `${missed}: ${failed.map(complaint).join('; ')}.`, remark }
}
