import { type Backend, fold, type HostMatrix, type Key } from '@tweedie/core'
import { fitColumns } from '../../columns/fit-columns.js'
import { reached } from '../learn-checkpoint.js'
import type { Learnt } from '../learnt.js'
import { type ChooseOptions, choose } from './choose.js'
import { complete, freeParameters, requireCompletion } from './complete.js'
import { fitSpread } from './fit-spread.js'
import { bestSettings } from './settings.js'
import { spreadLabels } from './spread-labels.js'
import type { Tried } from './tried.js'

export interface LearnBestOptions extends Omit<ChooseOptions, 'spread'> {
  readonly key: Key
  /** The width of the kernels along the data. Where neither it nor `step` is given, both are chosen on validation rows, at twice the cost. */
  readonly spread?: number
  /** The step from the anchors, or the network alone. */
  readonly step?: number | 'network'
}

/** A generator of preset `best`, and how its spread and step were chosen. */
export interface LearntBest<N> extends Learnt<N> {
  readonly spread: number
  readonly step: number | 'network'
  readonly tried: readonly Tried[]
}

/**
 * The preset for real tables (docs/decisions/best.md): normal scores, rows spread along the data (`localSpread`), the exact flow of the whole cloud in 20
 * steps of dpmSolver2M, a network of three layers kept where held-out labels are fitted best, its labels as anchors (`Anchors`), and columns
 * calibrated to their normal scores.
 *
 * Rejects with `InvalidArgument` for a step outside (0, 1] or a calibration below 1,000 but 0, `InvalidModel` for a checkpoint of another run, and with
 * what `fitColumns`, `localSpread`, `labelledPairs` and `fit` do. The parameters are the caller's to free; nothing else stays on the backend.
 *
 * @param table [rows, d], finite.
 * @example
 * const learnt = await learnBest(B, table, { key: key(0) })
 * const rows = await generate(B, learnt, { count: 100_000, key: key(1) })
 */
export const learnBest = async <N>(B: Backend<N>, table: HostMatrix, options: LearnBestOptions): Promise<LearntBest<N>> => {
  const { key, spread: spreadGiven, step: stepGiven, ...rest } = options
  requireCompletion('learnBest', options)
  const stage = reached(options)
  const untried = { spread: spreadGiven ?? bestSettings.spread, step: stepGiven ?? bestSettings.step, tried: [] }
  const { spread, step, tried } =
    spreadGiven === undefined && stepGiven === undefined ? await choose(B, table, { ...rest, ...stage(), key: fold(key, 3) }) : untried
  const columns = fitColumns(table, bestSettings.scaling, fold(key, 0))
  const pairs = await spreadLabels(B, columns.scores, { ...rest, ...stage(), spread, key: fold(key, 1) })
  const fitted = await fitSpread(B, pairs, { ...rest, ...stage(), key: fold(key, 2) })
  const generator = await complete(B, fitted, pairs, columns, { ...rest, step, key: fold(key, 4) }).catch((thrown: unknown) => {
    freeParameters(B, fitted)
    throw thrown
  })
  const floor = options.floor ?? bestSettings.floor
  return { ...fitted, ...generator, cloud: columns.scores, floor, labelSeconds: pairs.statistics.seconds, spread, step, tried }
}
