import { type Backend, fold, type HostMatrix, type Key, permutation, takeRows } from '@tweedie/core'
import { classifierTwoSampleTest, columnScale, memorisationRatio, standardise } from '@tweedie/metrics'
import { fitColumns } from '../../columns/fit-columns.js'
import { generate } from '../../generate.js'
import type { Generator } from '../../generator.js'
import { stageOf } from '../learn-checkpoint.js'
import type { LearnProgress } from '../learnt.js'
import { complete, freeParameters, withStep } from './complete.js'
import { fitSpread, type SpreadFitOptions } from './fit-spread.js'
import { bestSettings } from './settings.js'
import { type SpreadLabelOptions, spreadLabels } from './spread-labels.js'
import type { Tried } from './tried.js'

/** Below the first number rows are copies, above the second they stay away from where the data is. */
export const RATIOS = [0.97, 1.25] as const
const PART = 0.2
const VALIDATION = 0.2
const MOST_VALIDATION_ROWS = 2_000
/** With fewer rows the validation says nothing. */
const FEWEST_ROWS = 100

export type ChooseOptions = SpreadLabelOptions &
  SpreadFitOptions & {
    readonly spreads?: readonly number[]
    readonly steps?: readonly (number | 'network')[]
    readonly calibration?: number
  }

/**
 * Chooses spread and step on a fifth of the rows, by C2ST and the nearest-neighbour ratio together: of those whose ratio lies in [0.97, 1.25], and whose
 * accuracy is within one standard error of the least there, the one with the smallest ratio, since a sharper law is harder to tell from the data; where no
 * ratio lies there, the one nearest to it. The likelihood of rows left out would pick a kernel that is too wide. Tables of fewer than 100 rows get the
 * settings that are used untried.
 */
export const choose = async <N>(
  B: Backend<N>,
  table: HostMatrix,
  options: ChooseOptions,
): Promise<{ readonly spread: number; readonly step: number | 'network'; readonly tried: readonly Tried[] }> => {
  const { key, spreads = bestSettings.spreads, steps = [...bestSettings.steps, 'network' as const] } = options
  if (table.rows < FEWEST_ROWS) return { spread: bestSettings.spread, step: bestSettings.step, tried: [] }
  const order = permutation(fold(key, 0), table.rows)
  const held = Math.min(MOST_VALIDATION_ROWS, Math.round(VALIDATION * table.rows))
  const rows = { validation: takeRows(table, order.slice(0, held)), training: takeRows(table, order.slice(held)) }
  const stage = stageOf(options, 'tried')
  const tried: Tried[] = []
  for (const [s, spread] of spreads.entries()) {
    const known = stage.resume?.filter((one) => one.spread === spread) ?? []
    if (known.length === steps.length) {
      tried.push(...known)
      continue
    }
    const onProgress = ({ stage, done, total }: LearnProgress): void =>
      options.onProgress?.({ stage: 'choice', done: s + (stage === 'labels' ? 0 : 0.5) + (0.5 * done) / total, total: spreads.length })
    const { resume: _, onCheckpoint: __, ...rest } = options
    tried.push(...(await trySpread(B, rows, spread, steps, { ...rest, onProgress }, fold(key, 1))))
    await stage.onCheckpoint?.([...tried])
  }
  return { ...pick(tried), tried }
}

interface Rows {
  readonly training: HostMatrix
  readonly validation: HostMatrix
}

const trySpread = async <N>(
  B: Backend<N>,
  rows: Rows,
  spread: number,
  steps: readonly (number | 'network')[],
  options: ChooseOptions,
  key: Key,
): Promise<readonly Tried[]> => {
  const columns = fitColumns(rows.training, bestSettings.scaling, fold(key, 0))
  const labels = Math.round(PART * (options.labels ?? bestSettings.labels))
  const iterations = Math.max(1, Math.round(PART * (options.iterations ?? bestSettings.iterations)))
  const pairs = await spreadLabels(B, columns.scores, { ...options, spread, labels, key: fold(key, 1) })
  const model = await fitSpread(B, pairs, { ...options, iterations, key: fold(key, 2) })
  const finish = { key: fold(key, 3), ...(options.calibration !== undefined && { calibration: options.calibration }) }
  try {
    const alone = await complete(B, model, pairs, columns, { ...finish, step: 'network' })
    const anchored = steps.some((step) => step !== 'network')
      ? await complete(B, model, pairs, columns, { ...finish, step: bestSettings.step, calibration: 0 })
      : alone
    const tried: Tried[] = []
    for (const step of steps) {
      const generator = step === 'network' ? alone : await withStep(B, anchored, step, finish)
      tried.push({ spread, step, ...(await judge(B, generator, rows, fold(key, 4), options.signal)) })
    }
    return tried
  } finally {
    freeParameters(B, model)
  }
}

/** C2ST over as many samples as make 2,000 rows, and the ratio. */
const judge = async <N>(
  B: Backend<N>,
  generator: Generator<N>,
  { training, validation }: Rows,
  key: Key,
  signal: AbortSignal | undefined,
): Promise<Pick<Tried, 'accuracy' | 'standardError' | 'ratio'>> => {
  const { rows, columns } = validation
  const samples = Math.max(1, Math.floor(MOST_VALIDATION_ROWS / rows))
  const drawn = await generate(B, generator, { count: samples * rows, key: fold(key, 0), ...(signal && { signal }) })
  const tests = Array.from({ length: samples }, (_, s) => {
    const sample = { data: drawn.data.subarray(s * rows * columns, (s + 1) * rows * columns), rows, columns }
    return classifierTwoSampleTest(validation, sample, { key: fold(fold(key, 1), s) })
  })
  const scale = columnScale(training)
  const { ratio } = memorisationRatio(standardise(drawn, scale), standardise(training, scale), standardise(validation, scale))
  const mean = (of: (test: (typeof tests)[number]) => number): number => tests.reduce((sum, test) => sum + of(test), 0) / samples
  // The validation rows are the same in every sample, so their half of the variance does not average out.
  const shared = Math.sqrt(0.5 + 0.5 / samples)
  return { accuracy: mean(({ accuracy }) => accuracy), standardError: shared * mean((test) => test.accuracyStandardError), ratio }
}

/** The rule of `choose`, for a list that is not empty. */
export const pick = (tried: readonly Tried[]): Pick<Tried, 'spread' | 'step'> => {
  const outside = ({ ratio }: Tried): number => (ratio === null ? 0 : Math.max(0, RATIOS[0] - ratio, ratio - RATIOS[1]))
  const inside = tried.filter((one) => outside(one) === 0)
  const least = inside.reduce<Tried | undefined>(
    (best, one) => (best === undefined || one.accuracy < best.accuracy ? one : best),
    undefined,
  )
  const nearer = (distance: (one: Tried) => number) => (best: Tried, one: Tried) => (distance(one) < distance(best) ? one : best)
  const chosen =
    least === undefined
      ? tried.reduce(nearer(outside))
      : inside.filter(({ accuracy }) => accuracy <= least.accuracy + least.standardError).reduce(nearer(({ ratio }) => ratio ?? 0))
  return { spread: chosen.spread, step: chosen.step }
}
