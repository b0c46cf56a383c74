import {
  type Backend,
  type ForwardProcess,
  fold,
  type HostMatrix,
  type Key,
  normalArray,
  readAndFree,
  sliceRows,
  throwIfAborted,
  turns,
  tweedieError,
} from '@tweedie/core'
import type { Field, Kind } from '@tweedie/score'
import type { Support } from '../support/support.js'
import { requireWhole } from '../support/validate.js'

/** Where an expectation over X_t = α X₀ + σ ξ is taken, and with how many draws. */
export interface NoisedSampleOptions {
  /** The law of X₀. */
  readonly support: Support
  readonly process: ForwardProcess
  /** Decides X₀ and ξ at every time. */
  readonly key: Key
  /** Independent draws at each time, 10,000 when left out. */
  readonly count?: number | undefined
  /** Rows that a field sees at once, 10,000 when left out. It decides memory, never the result. */
  readonly chunk?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Draws of one time. */
export interface NoisedSample {
  /** X₀, [M, D]. */
  readonly clean: HostMatrix
  /** X_t, [M, D]. */
  readonly noised: HostMatrix
}

const DEFAULT_COUNT = 10_000

/** Pairs (X₀, X_t) at time number `number` of a list: row i depends on the key, that number and i alone, so times are independent of each other. */
export const noisedSample = (where: string, options: NoisedSampleOptions, t: number, number: number): NoisedSample => {
  const { support, process, key, count = DEFAULT_COUNT } = options
  requireWhole(where, 'count', count, 2)
  const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
  if (!(alpha >= 0 && sigma >= 0 && Number.isFinite(alpha + sigma)))
    throw tweedieError('InvalidArgument', where, `α = ${alpha} and σ = ${sigma} of ${process.name} at t = ${t}`, 'Use a time in its range')
  const ofTime = fold(key, number)
  const clean = support.sample(fold(ofTime, 0), count)
  const data = normalArray(fold(ofTime, 1), clean.data.length)
  for (let e = 0; e < data.length; e++) data[e] = alpha * (clean.data[e] as number) + sigma * (data[e] as number)
  return { clean, noised: { ...clean, data } }
}

/**
 * The values of a field at rows of the host, by chunks, with a turn of the event loop now and then. Rejects with `NotFinite`, naming row and column,
 * where a value is no number, and with `Aborted`.
 */
export const evaluate = async <N>(
  B: Backend<N>,
  where: string,
  field: Field<Kind, N>,
  x: HostMatrix,
  t: number,
  { chunk = DEFAULT_COUNT, signal }: Pick<NoisedSampleOptions, 'chunk' | 'signal'> = {},
): Promise<HostMatrix> => {
  requireWhole(where, 'chunk', chunk, 1)
  const data = new Float64Array(x.data.length)
  const takeTurn = turns()
  for (let from = 0; from < x.rows; from += chunk) {
    throwIfAborted(signal, where)
    const part = sliceRows(x, from, Math.min(x.rows, from + chunk))
    const values = await readAndFree(
      B,
      B.scope(() => field(B.tensor(part.data, [part.rows, part.columns]), t)),
    )
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw tweedieError(
        'NotFinite',
        where,
        `the ${field.kind} is ${values[bad]} at t = ${t} in row ${from + Math.floor(bad / x.columns)}, column ${bad % x.columns}`,
        'Check the field there: a network that diverged, or a time where the kind of field is not defined',
      )
    data.set(values, from * x.columns)
    await takeTurn()
  }
  return { ...x, data }
}
