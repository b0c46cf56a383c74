import type { Scale } from '@tweedie/cem'
import type { Backend, HostMatrix, Key } from '@tweedie/core'
import { bestSettings, type LearnProgress, type Learnt, learnBest } from '@tweedie/density'

/** A way from a table to a generator that stands beside the paper's in each experiment. */
export type Preset = <N>(
  B: Backend<N>,
  table: HostMatrix,
  options: { readonly key: Key; readonly signal?: AbortSignal; readonly onProgress?: (progress: LearnProgress) => void },
) => Promise<Learnt<N>>

/** A quarter of the labels, fewer steps, and nothing chosen on validation rows. */
const small = { labels: 8_000, iterations: 3_000, spread: bestSettings.spread, step: bestSettings.step } as const

/** Those that are compared, by name. */
export const presets: Readonly<Record<string, Preset>> = {
  best: learnBest,
  'best-small': (B, table, options) => learnBest(B, table, { ...small, ...options }),
}

/** Which of them stand beside the paper's at each scale. */
export const presetsAt: Readonly<Record<Scale, readonly string[]>> = { paper: ['best'], quick: ['best-small'] }
