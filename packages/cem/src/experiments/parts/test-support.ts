import type { Experiment, ExperimentContext, StageProgress, Store } from '../experiment.js'
import type { ExperimentResult } from '../result.js'

/** A store in memory. */
export const mapStore = (): Store & { readonly files: Map<string, Uint8Array> } => {
  const files = new Map<string, Uint8Array>()
  return { files, load: async (name) => files.get(name), save: async (name, bytes) => void files.set(name, bytes.slice()) }
}

export const contextOf = (seeds: readonly number[], more: Partial<ExperimentContext> = {}): ExperimentContext => ({
  seeds,
  store: mapStore(),
  ...more,
})

/** A context that stops once a stage is seen that the test waits for. */
export const interruptedAt = (
  seeds: readonly number[],
  store: Store,
  when: (progress: StageProgress) => boolean,
): ExperimentContext & { readonly seen: StageProgress[] } => {
  const stop = new AbortController()
  const seen: StageProgress[] = []
  const onProgress = (progress: StageProgress): void => {
    seen.push(progress)
    if (when(progress)) stop.abort()
  }
  return { seeds, store, signal: stop.signal, onProgress, seen }
}

/** What is wrong with a result as one of its experiment: an empty list where nothing is. */
export const faultsOf = <S extends object>(
  result: ExperimentResult,
  experiment: Experiment<S>,
  settings: S,
  seeds: readonly number[],
): string[] => {
  const faults: string[] = []
  const want = (holds: boolean, what: string): void => void (holds || faults.push(what))
  const numbers = (value: unknown): boolean =>
    typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'object' || value === null || Object.values(value).every(numbers)
  want(result.name === experiment.name && result.title === experiment.title && result.source === experiment.source, 'names')
  want(JSON.stringify(result.settings) === JSON.stringify(settings), 'settings')
  want(JSON.stringify(result.seeds) === JSON.stringify(seeds), 'seeds')
  want(numbers({ ...result }), 'a number that is not finite')
  for (const { quantity, variant, ours, perSeed } of result.measures)
    want(seeds.length === 1 ? perSeed === undefined : perSeed?.length === seeds.length && perSeed[0] === ours, `${quantity} of ${variant}`)
  const named = result.measures.map(({ quantity, variant }) => `${quantity} of ${variant}`)
  want(new Set(named).size === named.length, 'a measure twice')
  for (const { statement, verdict, condition, evidence } of result.claims)
    want(evidence !== '' && (condition !== undefined) === (verdict === 'reproduced under a condition'), statement)
  for (const { id, panels } of result.figures)
    for (const { title, marks } of panels)
      want(
        marks.length > 0 && marks.every((mark) => !('points' in mark) || (mark.points.length > 0 && mark.points.length <= 2000)),
        `${id}, ${title}`,
      )
  return faults
}
