import type { Experiment, ExperimentContext } from '../experiment.js'
import type { ExperimentResult } from '../result.js'

/** The findings of an experiment with what names them: settings, scale and seeds. */
export const resultOf = <S extends object>(
  { name, title, source }: Pick<Experiment<S>, 'name' | 'title' | 'source'>,
  settings: S,
  scale: string,
  { seeds }: Pick<ExperimentContext, 'seeds'>,
  findings: Pick<ExperimentResult, 'measures' | 'claims' | 'figures' | 'remarks'>,
): ExperimentResult => ({ name, title, source, scale, seeds, settings: { ...settings } as Readonly<Record<string, unknown>>, ...findings })
