import { type HostMatrix, tweedieError } from '@tweedie/core'

/** Mean and standard deviation of the data X₀: a number that all columns share, or one per column. */
export interface DataMoments {
  /** 0 by default. */
  readonly mean?: number | ArrayLike<number>
  /** Positive. */
  readonly deviation: number | ArrayLike<number>
}

/**
 * The mean of every column, and one deviation for all columns: the square root of the mean of their variances. One number keeps a rotation of the
 * data a rotation, and a column that is constant does no harm. Throws `InvalidArgument` for data without rows or without variance, `NotFinite`.
 */
export const momentsOf = (data: HostMatrix): { readonly mean: readonly number[]; readonly deviation: number } => {
  const { rows, columns } = data
  const mean = new Float64Array(columns)
  for (let e = 0; e < data.data.length; e++) mean[e % columns] = (mean[e % columns] as number) + (data.data[e] as number) / rows
  let sum = 0
  for (let e = 0; e < data.data.length; e++) sum += ((data.data[e] as number) - (mean[e % columns] as number)) ** 2
  const deviation = Math.sqrt(sum / (rows * columns))
  if (rows * columns > 0 && !Number.isFinite(deviation))
    throw tweedieError('NotFinite', 'momentsOf', `a deviation of ${deviation}`, 'Use data without NaN and infinities')
  if (!(deviation > 0))
    throw tweedieError('InvalidArgument', 'momentsOf', `${rows} × ${columns} data without variance`, 'Use at least two different rows')
  return { mean: [...mean], deviation }
}

/** Moments per column, [1] where all columns share them, checked. */
export interface ColumnMoments {
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/** Throws `ShapeMismatch` for another number of columns, `InvalidArgument` for a mean that is not finite or a deviation that is not positive. */
export const columnMoments = (where: string, { mean = 0, deviation }: DataMoments, dimension: number): ColumnMoments => {
  const each = (what: string, value: number | ArrayLike<number>, fits: (x: number) => boolean, wanted: string): Float64Array => {
    const numbers = typeof value === 'number' ? Float64Array.of(value) : Float64Array.from(value)
    if (typeof value !== 'number' && numbers.length !== dimension)
      throw tweedieError(
        'ShapeMismatch',
        where,
        `${what} of ${numbers.length} columns for ${dimension}`,
        'Give one per column, or a number for all',
      )
    const wrong = numbers.find((x) => !fits(x))
    if (wrong !== undefined)
      throw tweedieError(
        'InvalidArgument',
        where,
        `${what} ${wrong}`,
        `Use ${wanted}; momentsOf(data) gives one deviation for all columns, which a constant column needs`,
      )
    return numbers
  }
  return {
    mean: each('a mean', mean, Number.isFinite, 'finite means'),
    deviation: each('a deviation', deviation, (x) => x > 0 && Number.isFinite(x), 'positive, finite deviations'),
  }
}
