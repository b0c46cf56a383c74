import { type Backend, fold, type HostMatrix, type Key, readAndFree, sliceRows, throwIfAborted, turns, tweedieError } from '@tweedie/core'
import type { Parameters } from '@tweedie/nn'
import type { TimeLaw } from '../times/time-law.js'
import type { Model } from './model.js'
import { noisedBatches } from './noised-batch.js'

export interface RowLossesOptions extends Model {
  /** One draw of time and noise per row, [rows, D]. */
  readonly data: HostMatrix
  readonly times: TimeLaw
  readonly key: Key
  /** Rows that the network sees at once, 10,000 when left out. It decides memory alone. */
  readonly chunk?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The loss of every row: what `lossMoments` takes, so that `importanceTimes` can go where it varies. */
export interface RowLosses {
  /** The time that was drawn for the row. */
  readonly times: Float64Array
  /** λ(t) |target − f(X_t, t)|², without the ratio of the law. */
  readonly losses: Float64Array
}

/**
 * The weighted loss of a model row by row, at times of a law. Rejects with `InvalidArgument` for no rows or options that do not fit, `ShapeMismatch` for other
 * columns than the network's, and `Aborted`.
 */
export const rowLosses = async <N>(B: Backend<N>, options: RowLossesOptions, parameters: Parameters<N>): Promise<RowLosses> => {
  const { data, network, process, key, chunk = 10_000, signal } = options
  if (data.rows < 1) throw tweedieError('InvalidArgument', 'rowLosses', 'data without rows', 'Give at least one row')
  if (!(Number.isSafeInteger(chunk) && chunk >= 1))
    throw tweedieError('InvalidArgument', 'rowLosses', `chunk = ${chunk}`, 'Use a whole number of at least 1')
  const law = options.times.under(process)
  const make = noisedBatches(B, options, { ...law, ratio: () => 1 })
  const apply = network.apply(B)
  const [times, losses] = [new Float64Array(data.rows), new Float64Array(data.rows)]
  const takeTurn = turns()
  for (let from = 0; from < data.rows; from += chunk) {
    throwIfAborted(signal, 'rowLosses')
    const part = sliceRows(data, from, Math.min(data.rows, from + chunk))
    let drawn: Float64Array | undefined
    const loss = B.scope(() => {
      const noised = make(B.tensor(part.data, [part.rows, part.columns]), fold(key, from))
      drawn = noised.times
      const error = B.mul(B.sub(apply(parameters, noised.x, noised.times), noised.target), noised.rootWeight)
      return B.sum(B.square(error), 1)
    })
    losses.set(await readAndFree(B, loss), from)
    times.set(drawn as unknown as Float64Array, from)
    await takeTurn()
  }
  return { times, losses }
}
