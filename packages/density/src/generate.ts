import { type Backend, type HostMatrix, type Key, readAndFree, throwIfAborted, tweedieError } from '@tweedie/core'
import { toValues } from './columns/column-map.js'
import type { Generator } from './generator.js'

export interface GenerateOptions {
  readonly count: number
  readonly key: Key
  /** The number of the first sample; default 0. Samples 10 to 19 are the same alone as among the first hundred. */
  readonly first?: number
  /** Samples at a time; default 8,192. It decides memory, never the result. */
  readonly chunk?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/**
 * Samples of a generator, one forward pass each: rows F(Y), Y ~ N(0, I), in the units of the table when the generator carries column maps.
 * Sample i depends on the key and i alone.
 *
 * Rejects with `InvalidArgument` for counts that are not whole, `NotFinite` when the network gives NaN or infinity, and `Aborted`.
 */
export const generate = async <N>(
  B: Backend<N>,
  { network, parameters, columns }: Generator<N>,
  options: GenerateOptions,
): Promise<HostMatrix> => {
  const { count, key, first = 0, chunk = 8_192, signal, onProgress } = options
  if (![count, first, chunk].every(Number.isSafeInteger) || count < 1 || first < 0 || chunk < 1)
    throw tweedieError(
      'InvalidArgument',
      'generate',
      `count ${count}, first ${first}, chunk ${chunk}`,
      'Use whole numbers: count and chunk at least 1, first at least 0',
    )
  const [from, to] = [network.sizes[0] as number, network.sizes[network.sizes.length - 1] as number]
  const data = new Float64Array(count * to)
  for (let at = 0; at < count; at += chunk) {
    throwIfAborted(signal, 'generate')
    const rows = Math.min(chunk, count - at)
    const out = B.scope(() => network.apply(B)(parameters, B.normal(key, [rows, from], (first + at) * from)))
    const numbers = await readAndFree(B, out)
    const bad = numbers.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw tweedieError(
        'NotFinite',
        'generate',
        `sample ${first + at + Math.floor(bad / to)} is ${numbers[bad]}`,
        'The weights are not sound: fit again, with a lower rate',
      )
    data.set(numbers, at * to)
    onProgress?.({ done: at + rows, total: count })
  }
  const samples = { data, rows: count, columns: to }
  return columns === undefined ? samples : toValues(columns, samples)
}
