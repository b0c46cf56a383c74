import type { Cloud, NoiseLevel, Primitives } from '@tweedie/core'
import type { TfTensor } from '../tf.js'
import type { CloudSums } from './finish.js'

/** The sums over a cloud by shaders: the mean alone, or all. */
export interface FusedSums {
  readonly mean: (x: TfTensor, cloud: Cloud<TfTensor>, level: NoiseLevel) => TfTensor
  readonly sums: (x: TfTensor, cloud: Cloud<TfTensor>, level: NoiseLevel) => CloudSums<TfTensor>
}

/** √(log₂e/2)/σ in float64: the base-2 logit of a difference z is −(z · scale)². Finite in float32 whatever σ. */
export const scaleOf = (sigma: number): number => Math.min(Math.sqrt(Math.LOG2E / 2) / sigma, 3e38)

/** Takes queries `batch` at a time, and puts the results one after the other along axis 0. */
export const inBatches = <K extends string>(
  P: Primitives<TfTensor>,
  x: TfTensor,
  batch: number,
  run: (x: TfTensor) => Readonly<Record<K, TfTensor>>,
): Readonly<Record<K, TfTensor>> => {
  const queries = x.shape[0] as number
  if (batch >= queries) return run(x)
  const parts: Readonly<Record<K, TfTensor>>[] = []
  for (let from = 0; from < queries; from += batch) parts.push(P.scope(() => run(P.slice(x, 0, from, Math.min(queries, from + batch)))))
  const names = Object.keys(parts[0] as object) as K[]
  const together = (name: K): TfTensor => {
    const all = parts.map((part) => part[name])
    const joined = P.concat(all, 0)
    for (const part of all) P.free(part)
    return joined
  }
  return Object.fromEntries(names.map((name) => [name, together(name)])) as Record<K, TfTensor>
}

/** top, Σ w, Σ w² from the rows of a summary [3, M], top in base 2. */
export const fromSummary = (P: Primitives<TfTensor>, mean: TfTensor, summary: TfTensor, trace: TfTensor): CloudSums<TfTensor> => {
  const row = (k: number): TfTensor => P.reshape(P.slice(summary, 0, k, k + 1), [summary.shape[1] as number])
  return { mean, top: P.mul(row(0), Math.LN2), total: row(1), squares: row(2), trace }
}
