import type { Backend, HostMatrix } from '@tweedie/core'
import type { Field, Kind } from '@tweedie/score'
import { type DrawOptions, drawSamples } from '../../sampling/draw-samples.js'
import type { ExperimentContext } from '../experiment.js'

/** `drawSamples` as a stage of an experiment: it reports under that name and stops with the context's signal. */
export const drawStage = <N>(
  B: Backend<N>,
  field: Field<Kind, N>,
  { stage, ...options }: Omit<DrawOptions, 'signal' | 'onProgress'> & { readonly stage: string },
  { signal, onProgress }: ExperimentContext,
): Promise<HostMatrix> =>
  drawSamples(B, field, { ...options, signal, onProgress: ({ done, total }) => onProgress?.({ stage, done, total }) })
