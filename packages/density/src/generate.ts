import { type Backend, type HostMatrix, type Key, readAndFree, throwIfAborted, tweedieError } from '@tweedie/core'
import { anchorsFor } from './anchors/anchors.js'
import { toValues } from './columns/column-map.js'
import { type Generator, outputColumns } from './generator.js'

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
 * Samples of a generator, one forward pass each: rows F(Y), Y ~ N(0, I), or those of its anchors; in the units of the table when the generator carries
 * column maps.
 * Sample i depends on the key and i alone.
 *
 * Rejects with `InvalidArgument` for counts that are not whole, `NotFinite` when the network gives NaN or infinity, and `Aborted`.
 */
export const generate = async <N>(B: Backend<N>, generator: Generator<N>, options: GenerateOptions): Promise<HostMatrix> => {
  const { network, parameters, anchors } = generator
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
    const out = B.scope(() => {
      const normal = B.normal(key, [rows, from], (first + at) * from)
      if (anchors === undefined) return network.apply(B)(parameters, normal)
      const { noise, residuals } = anchorsFor(anchors, key, first + at, rows)
      const moved = B.add(B.mul(B.tensor(noise, [rows, from]), Math.sqrt(1 - anchors.step ** 2)), B.mul(normal, anchors.step))
      return B.add(network.apply(B)(parameters, moved), B.tensor(residuals, [rows, to]))
    })
    const numbers = await readAndFree(B, out)
    let bad = -1
    for (let k = 0; k < numbers.length && bad < 0; k++) if (!Number.isFinite(numbers[k])) bad = k
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
  const columns = outputColumns(generator)
  return columns === undefined ? samples : toValues(columns, samples)
}
