/** Spearman's rank correlation: Pearson's, of the ranks, where equal values share the mean of their ranks. */

import { column, type HostMatrix } from '@tweedie/core'

const ranks = (values: Float64Array): Float64Array => {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number))
  const result = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++
    for (let k = from; k < to; k++) result[order[k] as number] = (from + to - 1) / 2
    from = to
  }
  return result
}

/** Ranks with mean 0 and length 1; null for a column that does not vary. */
const unitRanks = (values: Float64Array): Float64Array | null => {
  const centred = ranks(values).map((rank) => rank - (values.length - 1) / 2)
  const length = Math.sqrt(centred.reduce((sum, rank) => sum + rank * rank, 0))
  return length > 0 ? centred.map((rank) => rank / length) : null
}

/** The matrix of rank correlations between the columns named by `columns`; null in the row and column of one that does not vary. */
export const rankCorrelation = (matrix: HostMatrix, columns: readonly number[]): (number | null)[][] => {
  const units = columns.map((j) => unitRanks(column(matrix, j)))
  return units.map((a, i) =>
    units.map((b, j) => {
      if (a === null || b === null) return null
      return i === j
        ? 1
        : Math.min(
            1,
            Math.max(
              -1,
              a.reduce((sum, rank, k) => sum + rank * (b[k] as number), 0),
            ),
          )
    }),
  )
}

/** A pair of columns and its correlation in both tables. */
export interface PairChange {
  readonly a: number
  readonly b: number
  readonly data: number
  readonly samples: number
}

export interface CorrelationChange {
  /** Samples less data; null where either is. */
  readonly difference: readonly (readonly (number | null)[])[]
  /** The pair that differs most, if any pair has a correlation in both. */
  readonly largest: PairChange | undefined
  /** The mean absolute difference over pairs; 0 when there is none. */
  readonly mean: number
}

/** What differs between two matrices of correlations of the same columns. */
export const correlationChange = (
  data: readonly (readonly (number | null)[])[],
  samples: readonly (readonly (number | null)[])[],
): CorrelationChange => {
  const changes = data.flatMap((row, a) =>
    row.slice(a + 1).flatMap((real, k): PairChange[] => {
      const drawn = samples[a]?.[a + 1 + k] ?? null
      return real === null || drawn === null ? [] : [{ a, b: a + 1 + k, data: real, samples: drawn }]
    }),
  )
  const gap = (change: PairChange): number => Math.abs(change.samples - change.data)
  return {
    difference: samples.map((row, a) =>
      row.map((drawn, b) => {
        const real = data[a]?.[b] ?? null
        return drawn === null || real === null ? null : drawn - real
      }),
    ),
    largest: changes.reduce<PairChange | undefined>((most, one) => (most === undefined || gap(one) > gap(most) ? one : most), undefined),
    mean: changes.reduce((sum, one) => sum + gap(one), 0) / Math.max(1, changes.length),
  }
}
