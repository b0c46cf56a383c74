import type { Backend, ForwardProcess, Matrix, Vector } from '@tweedie/core'
import fc from 'fast-check'
import { severalNumbers } from '../../arbitraries/numbers.js'
import { timesByLogSnr } from '../../arbitraries/times.js'

/** A denoiser m(x, t) = E[X_0 | X_t = x] by itself. `x` is [rows, dimension], and so is the result. */
export interface LawfulDenoiser<N> {
  (x: Matrix<N>, t: number): Matrix<N>
  readonly kind: 'denoiser'
  readonly backend: Backend<N>
}

/** Where queries are drawn. */
export interface QueryOptions {
  /** The number of columns of x. */
  readonly dimension: number
  /** How far from 0 the data reach, in every coordinate (2 when not given): queries are drawn from there and the noise around it. */
  readonly radius?: number
  /** The log-SNRs to look at, [lowest, highest]; [−6, 5] when not given, where σ/α is between 0.08 and 20. */
  readonly logSnrRange?: readonly [number, number]
}

/** A place to ask a field. */
export interface Query {
  readonly t: number
  readonly x: readonly number[]
}

/** So many numbers from −1 to 1. */
export const unitNumbers = (count: number): fc.Arbitrary<number[]> => severalNumbers(count, -1, 1)

/** Queries α y + 2σ z with y within the radius and z within 1, in every coordinate. */
export const queries = (process: ForwardProcess, { dimension, radius = 2, logSnrRange = [-6, 5] }: QueryOptions): fc.Arbitrary<Query> =>
  fc.tuple(timesByLogSnr(process, ...logSnrRange), unitNumbers(dimension), unitNumbers(dimension)).map(([t, y, z]) => ({
    t,
    x: y.map((coordinate, j) => process.alpha(t) * radius * coordinate + 2 * process.sigma(t) * (z[j] as number)),
  }))

/** The numbers that a function of (x, t) gives for rows, row-major. No tensor is left behind. */
export const evaluate = async <N>(
  B: Backend<N>,
  of: (x: Matrix<N>, t: number) => Matrix<N> | Vector<N>,
  rows: ArrayLike<number>,
  dimension: number,
  t: number,
): Promise<Float64Array> => {
  const x: Matrix<N> = B.tensor(rows, [rows.length / dimension, dimension])
  try {
    const y = of(x, t)
    try {
      return await B.read(y)
    } finally {
      if ((y as unknown) !== x) B.free(y)
    }
  } finally {
    B.free(x)
  }
}
