import { type Backend, fold, type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import type { Anchors } from '../../anchors/anchors.js'
import { makeAnchors, requireStep } from '../../anchors/make-anchors.js'
import { calibrate } from '../../columns/calibrate.js'
import type { FittedColumns } from '../../columns/fit-columns.js'
import { generate } from '../../generate.js'
import type { Generator } from '../../generator.js'
import type { LabelledPairs } from '../../labelled-pairs.js'
import { bestSettings } from './settings.js'

export interface CompleteOptions {
  readonly key: Key
  /** The step from the anchors; `'network'` uses the network alone. */
  readonly step?: number | 'network'
  /** Outputs whose quantiles calibrate the columns, at least 1,000; 0 leaves the outputs as they are. */
  readonly calibration?: number
  readonly signal?: AbortSignal
}

/** Anchors and calibration of a network of labels: what preset `best` adds to it. */
export const complete = async <N>(
  B: Backend<N>,
  { network, parameters }: Pick<Generator<N>, 'network' | 'parameters'>,
  pairs: Pick<LabelledPairs, 'inputs' | 'targets'>,
  { maps, scores }: FittedColumns,
  { key, step = bestSettings.step, calibration = bestSettings.calibration, signal }: CompleteOptions,
): Promise<Generator<N>> => {
  const anchors = step === 'network' ? undefined : await makeAnchors(B, { network, parameters }, pairs, scores, { step })
  return calibrated(B, { network, parameters, columns: maps, ...(anchors && { anchors }) }, { key, calibration, ...(signal && { signal }) })
}

/** Throws `InvalidArgument` for a step or a calibration that `complete` would refuse: to be called before the work. */
export const requireCompletion = (where: string, { step, calibration = 0 }: Omit<CompleteOptions, 'key'>): void => {
  if (step !== undefined && step !== 'network') requireStep(where, step)
  if (!(calibration === 0 || (Number.isSafeInteger(calibration) && calibration >= 1_000)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `calibration ${calibration}`,
      'Use a whole number of outputs, at least 1,000, or 0 for none',
    )
}

/** Frees the weights of a network that nobody gets. */
export const freeParameters = <N>(B: Backend<N>, { parameters }: Pick<Generator<N>, 'parameters'>): void => {
  for (const { weight, bias } of parameters) {
    B.free(weight)
    B.free(bias)
  }
}

/** The same generator with another step from its anchors, calibrated anew. */
export const withStep = <N>(B: Backend<N>, generator: Generator<N>, step: number, options: CompleteOptions): Promise<Generator<N>> => {
  const { outputs: _, ...rest } = generator
  return calibrated(B, { ...rest, anchors: { ...(generator.anchors as Anchors), step } }, options)
}

const calibrated = async <N>(B: Backend<N>, generator: Generator<N>, options: CompleteOptions): Promise<Generator<N>> => {
  const { key, calibration = bestSettings.calibration, signal } = options
  if (calibration === 0) return generator
  const { columns, ...bare } = generator
  const outputs: HostMatrix = await generate(B, bare, { count: calibration, key: fold(key, 0), ...(signal && { signal }) })
  return { ...generator, outputs: calibrate(columns as NonNullable<typeof columns>, outputs) }
}
