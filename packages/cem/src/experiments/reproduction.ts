import type { Backend } from '@tweedie/core'
import type { Experiment, ExperimentContext } from './experiment.js'
import type { ExperimentResult, Scale } from './result.js'

/** An experiment with its settings bound to a scale, so that different experiments go into one list. */
export interface Reproduction {
  readonly name: string
  readonly title: string
  readonly source: string
  /** The file that it cannot do without, and where that comes from: a sentence. */
  readonly needs?: string
  /** What decides the result besides seeds and backend: a result or a stored model of other settings is of another run. */
  readonly settings: Readonly<Record<Scale, object>>
  readonly run: <N>(B: Backend<N>, scale: Scale, context: ExperimentContext) => Promise<ExperimentResult>
}

/** Forgets the type of an experiment's settings. */
export const reproduction = <S extends object>({ name, title, source, needs, settings, run }: Experiment<S>): Reproduction => ({
  name,
  title,
  source,
  ...(needs !== undefined && { needs }),
  settings,
  run: (B, scale, context) => run(B, settings[scale], scale, context),
})
