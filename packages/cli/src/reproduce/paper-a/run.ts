/** One seed of a table: labels, network, samples, and the metric of paper A, each timed (docs/formulas.md §2). */

import { type DataFile, type ExperimentContext, type SeedKeys, seedKeys } from '@tweedie/cem'
import { type Backend, column, fold, type HostMatrix, type Key } from '@tweedie/core'
import { fitColumns, fitPaper, paperLabels, toValues } from '@tweedie/density'
import { marginalKl } from '@tweedie/metrics'
import type { PreparedData } from '../../datasets/index.js'
import { kept } from './kept.js'
import { type NoiseMap, noiseMap, roughness } from './map.js'
import { presets } from './presets.js'
import type { TableSettings } from './settings.js'
import { bytesOf, numbersOf, timedSamples, toBytes } from './timed-samples.js'

/** Rows by where they are from. */
export interface Rows {
  readonly training: HostMatrix
  readonly test: HostMatrix
  readonly labels: HostMatrix
  readonly generated: HostMatrix
}

/** Rows of another preset: their KL from the training rows, column by column, and what they cost. */
export interface OtherPreset {
  readonly name: string
  readonly kl: Float64Array
  readonly seconds: Readonly<Record<'learning' | 'sampling', number>>
}

export interface TableRun {
  readonly names: readonly string[]
  readonly rows: Rows
  /** KL(training rows ‖ these) of each column. */
  readonly kl: Readonly<Record<'labels' | 'generated' | 'test', Float64Array>>
  readonly seconds: Readonly<Record<'labels' | 'training' | 'sampling', number>>
  readonly others: readonly OtherPreset[]
  readonly map: NoiseMap
  readonly roughness: Readonly<Record<'ode' | 'sde', number>>
}

/** The rows of a table, from a file where it has one. */
export type DataOf = (key: Key, file: DataFile | undefined, signal: AbortSignal | undefined) => Promise<PreparedData>

type Report = (stage: string) => (progress: { readonly done: number; readonly total: number }) => void

export const runTable = async <N>(
  B: Backend<N>,
  name: string,
  dataOf: DataOf,
  settings: TableSettings,
  seed: number,
  context: ExperimentContext,
): Promise<TableRun> => {
  const { store, data: file, signal, onProgress } = context
  const keys = seedKeys(seed)
  const { names, training, test } = await dataOf(keys.data, file, signal)
  const columns = fitColumns(training, 'standard', fold(keys.data, 9))
  const width = training.columns
  const report: Report = (stage) => (progress) =>
    onProgress?.({ stage: `${stage} seed ${seed}`, done: progress.done, total: progress.total })
  const { hidden, labels: count, steps, chunk, miniBatch, iterations, batch, rate, samples } = settings
  const common = { key: keys.training(0), ...(signal && { signal }) }
  const aboutRows = { name, file: file?.fingerprint, seed, rows: training.rows }
  const aboutLabels = { ...aboutRows, count, steps, chunk, miniBatch }

  const labelWork = await kept(store, `${name}-labels-seed-${seed}`, aboutLabels, async () => {
    const made = await paperLabels(B, columns.scores, { ...common, labels: count, steps, chunk, miniBatch, onProgress: report('labels') })
    return { bytes: bytesOf(made.inputs.data, made.targets.data), seconds: made.statistics.seconds }
  })
  const numbers = numbersOf(labelWork.bytes)
  const part = (from: number): HostMatrix => ({
    data: numbers.subarray(from * count * width, (from + 1) * count * width),
    rows: count,
    columns: width,
  })
  const pairs = { inputs: part(0), targets: part(1) }

  const about = { ...aboutLabels, hidden, iterations, batch, rate }
  const model = await kept(store, `${name}-generator-seed-${seed}`, about, async () => {
    const fitted = await fitPaper(B, pairs, columns, { ...common, hidden, iterations, batch, rate, onProgress: report('training') })
    return { bytes: await toBytes(B, fitted), seconds: fitted.training.seconds }
  })
  const drawing = { name: `${name}-samples-seed-${seed}`, about, count: samples, key: keys.sampling, columns: width }
  const generated = await timedSamples(B, model.bytes, drawing, context, report('sampling'))
  const labels = toValues(columns.maps, pairs.targets)
  const map = await noiseMap(B, pairOf(columns.scores, settings.pair), settings, keys.measuring, signal)
  return {
    names,
    rows: { training, test, labels, generated: generated.rows },
    kl: { labels: marginalKl(training, labels), generated: marginalKl(training, generated.rows), test: marginalKl(training, test) },
    seconds: { labels: labelWork.seconds, training: model.seconds, sampling: generated.seconds },
    others: await runOthers(B, name, training, settings, keys, aboutRows, context, report),
    map,
    roughness: { ode: roughness(map.noise, map.ode), sde: roughness(map.noise, map.sde) },
  }
}

/** The other presets on the same rows. */
const runOthers = async <N>(
  B: Backend<N>,
  table: string,
  training: HostMatrix,
  { others, samples }: TableSettings,
  keys: SeedKeys,
  aboutRows: object & { readonly seed: number },
  context: ExperimentContext,
  report: Report,
): Promise<readonly OtherPreset[]> => {
  const found: OtherPreset[] = []
  for (const [k, name] of others.entries()) {
    const preset = presets[name]
    if (preset === undefined) continue
    const about = { ...aboutRows, preset: name }
    const entry = `${table}-${name}-seed-${aboutRows.seed}`
    const model = await kept(context.store, entry, about, async () => {
      const learnt = await preset(B, training, {
        key: keys.training(1 + k),
        ...(context.signal && { signal: context.signal }),
        onProgress: ({ stage, ...progress }) => report(`${name} ${stage}`)(progress),
      })
      return { bytes: await toBytes(B, learnt), seconds: learnt.labelSeconds + learnt.training.seconds }
    })
    const drawing = { name: `${entry}-samples`, about, count: samples, key: keys.sampling, columns: training.columns }
    const { rows, seconds } = await timedSamples(B, model.bytes, drawing, context, report(`${name} sampling`))
    found.push({ name, kl: marginalKl(training, rows), seconds: { learning: model.seconds, sampling: seconds } })
  }
  return found
}

const pairOf = (matrix: HostMatrix, [j, k]: readonly [number, number]): HostMatrix => {
  const [first, second] = [column(matrix, j), column(matrix, k)]
  return {
    data: Float64Array.from({ length: 2 * matrix.rows }, (_, at) => (at % 2 === 0 ? first : second)[at >> 1] as number),
    rows: matrix.rows,
    columns: 2,
  }
}
