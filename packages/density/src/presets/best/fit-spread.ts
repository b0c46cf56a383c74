import { type Activation, type Backend, fold, type Key } from '@tweedie/core'
import { adam, cosineDecay, mlp, warmUp } from '@tweedie/nn'
import { type FittedGenerator, fit } from '../../fit.js'
import type { LabelledPairs } from '../../labelled-pairs.js'
import { type LearnCheckpointOptions, stageOf } from '../learn-checkpoint.js'
import type { LearnProgress } from '../learnt.js'
import { bestSettings, hiddenFor } from './settings.js'

export interface SpreadFitOptions extends LearnCheckpointOptions {
  readonly key: Key
  readonly hidden?: readonly number[]
  readonly activation?: Activation
  readonly iterations?: number
  readonly batch?: number
  readonly rate?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LearnProgress) => void
}

/**
 * The network of preset `best`: Adam with half a cosine, and the weights that were best on a tenth of the labels held out.
 * Rejects with what `fit` does. The parameters are the caller's to free.
 */
export const fitSpread = async <N>(
  B: Backend<N>,
  pairs: Pick<LabelledPairs, 'inputs' | 'targets'>,
  options: SpreadFitOptions,
): Promise<FittedGenerator<N>> => {
  const { key, signal, onProgress } = options
  const d = pairs.targets.columns
  const { hidden = hiddenFor(d), iterations = bestSettings.iterations, batch = bestSettings.batch, rate = bestSettings.rate } = options
  return fit(B, mlp([d, ...hidden, d], { activation: options.activation ?? bestSettings.activation }), pairs, {
    optimiser: adam({ rate: warmUp(Math.min(100, iterations), cosineDecay(rate, iterations)) }),
    steps: iterations,
    batch: Math.min(batch, Math.floor(0.9 * pairs.inputs.rows)),
    key: fold(key, 0),
    validationFraction: 0.1,
    validateEvery: Math.max(1, Math.round(iterations / 40)),
    ...stageOf(options, 'training'),
    checkpointEvery: options.checkpointEvery,
    ...(signal && { signal }),
    onProgress: ({ step }) => onProgress?.({ stage: 'training', done: step, total: iterations }),
  })
}
