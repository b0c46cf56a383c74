import { type Backend, type HostMatrix, hostMatrix, tweedieError } from '@tweedie/core'
import type { Field, Kind } from '@tweedie/score'
import { type Estimate, estimate } from './mean-error.js'
import { evaluate, type NoisedSampleOptions, noisedSample } from './noised-sample.js'

export interface ScoreErrorOptions<K extends Kind, N> extends NoisedSampleOptions {
  /** The field in question, such as a network's. */
  readonly field: Field<K, N>
  /** What it should be, of the same kind. */
  readonly exact: Field<K, N>
  readonly times: readonly number[]
}

/** The mean squared error of a field at one time. */
export interface ScoreError {
  readonly t: number
  /** Of each coordinate: E (f_j − exact_j)². */
  readonly perCoordinate: readonly Estimate[]
  /** Of all: E |f − exact|², the error of eq. (63). */
  readonly total: Estimate
}

/**
 * E |f(X_t, t) − exact(X_t, t)|² under the law of X_t, per time and coordinate (paper B, eq. (63) and Figure 3, for scores, noise and denoisers alike), by
 * independent draws at each time.
 *
 * Rejects with `InvalidArgument` for a count or time that is none, `NotFinite` where a field is no number, `Aborted`, and with what the fields throw.
 */
export const scoreError = async <K extends Kind, N>(B: Backend<N>, options: ScoreErrorOptions<K, N>): Promise<readonly ScoreError[]> => {
  const errors: ScoreError[] = []
  for (const [k, t] of options.times.entries()) {
    const { noised } = noisedSample('scoreError', options, t, k)
    const ours = await evaluate(B, 'scoreError', options.field, noised, t, options)
    const exact = await evaluate(B, 'scoreError, exact', options.exact, noised, t, options)
    const squares = ours.data.map((value, e) => (value - (exact.data[e] as number)) ** 2)
    errors.push({ t, ...estimates(hostMatrix(squares, ours.rows, ours.columns)) })
  }
  return errors
}

const estimates = ({ data, rows, columns }: HostMatrix): Omit<ScoreError, 't'> => {
  const total = new Float64Array(rows)
  data.forEach((value, e) => {
    const i = Math.floor(e / columns)
    total[i] = (total[i] as number) + value
  })
  return {
    perCoordinate: Array.from({ length: columns }, (_, j) =>
      estimate(Float64Array.from({ length: rows }, (_, i) => data[i * columns + j] as number)),
    ),
    total: estimate(total),
  }
}

/** A field against what it should be, at one point. */
export interface PointError {
  readonly t: number
  readonly value: readonly number[]
  readonly exact: readonly number[]
  /** |value_j − exact_j|. */
  readonly error: readonly number[]
}

/**
 * The error of a field at a point and times (paper B, Figure 2: (1, −0.1)). Rejects with `ShapeMismatch` for a point of another dimension, `NotFinite`
 * where a field is no number.
 */
export const errorAt = async <K extends Kind, N>(
  B: Backend<N>,
  { field, exact, point, times }: Pick<ScoreErrorOptions<K, N>, 'field' | 'exact' | 'times'> & { readonly point: readonly number[] },
): Promise<readonly PointError[]> => {
  if (point.length < 1) throw tweedieError('InvalidArgument', 'errorAt', 'a point without coordinates', 'Give one number per column')
  const x = hostMatrix(point, 1, point.length)
  const errors: PointError[] = []
  for (const t of times) {
    const value = Array.from((await evaluate(B, 'errorAt', field, x, t)).data)
    const truth = Array.from((await evaluate(B, 'errorAt, exact', exact, x, t)).data)
    errors.push({ t, value, exact: truth, error: value.map((v, j) => Math.abs(v - (truth[j] as number))) })
  }
  return errors
}
