import { fold, type Key, key, throwIfAborted, tweedieError } from '@tweedie/core'
import type { ExperimentContext } from '../experiment.js'

/** What the seeds of an experiment gave, in their order; the first is what figures show. */
export type PerSeed<A> = readonly [first: A, ...rest: A[]]

/** The keys of a seed, by purpose: models of one seed share data and sampling noise. */
export interface SeedKeys {
  readonly data: Key
  readonly sampling: Key
  /** Of diagnostics that draw noise of their own. */
  readonly measuring: Key
  /** Of initial parameters and batches. Models of the same number begin alike: 0 for all, unless they are to be independent. */
  readonly training: (model: number) => Key
}

/** Throws `InvalidArgument` unless the seed is a whole number from 0 to 2⁵³ − 1. */
export const seedKeys = (seed: number): SeedKeys => {
  const root = key(seed)
  return { data: fold(root, 0), sampling: fold(root, 1), measuring: fold(root, 2), training: (model) => fold(fold(root, 3), model) }
}

/**
 * Runs an experiment for one seed after another. Rejects with `InvalidArgument` for no seeds or the same one twice, `Aborted` when the signal of the
 * context fires between two of them, and with what a run rejects with.
 */
export const perSeed = async <A>(
  { seeds, signal }: Pick<ExperimentContext, 'seeds' | 'signal'>,
  run: (seed: number, keys: SeedKeys, index: number) => Promise<A>,
): Promise<PerSeed<A>> => {
  if (seeds.length === 0 || new Set(seeds).size < seeds.length)
    throw tweedieError('InvalidArgument', 'perSeed', `seeds [${seeds.join(', ')}]`, 'Give at least one seed, each of them once')
  const results: A[] = []
  for (const [index, seed] of seeds.entries()) {
    throwIfAborted(signal, 'perSeed')
    results.push(await run(seed, seedKeys(seed), index))
  }
  return results as unknown as PerSeed<A>
}
